/* SPDX-License-Identifier: MIT */
/* A thread enables, and ends without having disabled. With "kill", the program ends by a signal. */
#include "rpc.h"

#include <signal.h>

static NOINLINE void *work(void *data)
{
    OK(enable());
    OK(release(allocate(40)));
#ifdef FIXED
    OK(disable());
#endif
    return data;
}

int main(int argc, char **argv)
{
    await(start(work, NULL));
    if (argc > 1 && strcmp(argv[1], "kill") == 0)
        raise(SIGKILL);
    return 0;
}
