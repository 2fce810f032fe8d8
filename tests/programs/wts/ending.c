/* SPDX-License-Identifier: MIT */
/* Holds a server and a buffer when it ends, by "exit", "_exit" or "kill". */
#include "wts.h"

#include <signal.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    HANDLE server = open_server();
    char *user = query_session(server, WTSUserName);

    if (argc != 2)
        return UNEXPECTED;
#ifdef FIXED
    free_memory(user);
    close_server(server);
#else
    (void)user;
#endif
    if (strcmp(argv[1], "kill") == 0)
        kill(getpid(), SIGKILL);
    if (strcmp(argv[1], "_exit") == 0)
        _exit(7);
    exit(7);
}
