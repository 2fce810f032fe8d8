/* SPDX-License-Identifier: MIT */
/*
 * dynamic local|global|deepbind: opens WinPR and looks its functions up by name. It forgets to
 * close a server, and to free a text.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <winpr/wtsapi.h>

static void *library;

static void *function(const char *name)
{
    void *found = dlsym(library, name);

    if (found)
        return found;
    fprintf(stderr, "%s is not there\n", name);
    exit(99);
}
#define FUNCTION(name) ((__typeof__(&(name)))function(#name))

__attribute__((noinline)) static HANDLE open_server(void)
{
    static char name[] = "localhost";

    return FUNCTION(WTSOpenServerA)(name);
}

__attribute__((noinline)) static char *query_user(HANDLE server)
{
    char *user = NULL;
    DWORD size;

    if (!FUNCTION(WTSQuerySessionInformationA)(server, WTS_CURRENT_SESSION, WTSUserName, &user,
                                               &size))
        exit(99);
    return user;
}

int main(int argc, char **argv)
{
    int flags = RTLD_NOW;
    HANDLE server;

    if (argc != 2)
        return 99;
    if (strcmp(argv[1], "global") == 0)
        flags |= RTLD_GLOBAL;
    if (strcmp(argv[1], "deepbind") == 0)
        flags |= RTLD_DEEPBIND;
    library = dlopen("libwinpr2.so.2", flags);
    if (!library) {
        fprintf(stderr, "%s\n", dlerror());
        return 99;
    }
    server = open_server();
    FUNCTION(WTSFreeMemory)(query_user(server));
    (void)query_user(server);
    FUNCTION(WTSCloseServer)(open_server());
    printf("no such function: %d\n", dlsym(library, "WTSNoSuchFunction") == NULL);
    printf("no version: %d\n", dlvsym(library, "WTSOpenServerA", "WINPR_2") == NULL);
    return 0;
}
