/* SPDX-License-Identifier: MIT */
/*
 * xrdp LIBRARY WAY: with xrdp's library, opened by its path, beside WinPR, whose names it has too.
 * It asks for what that library does not give ("data"), or frees a buffer by WinPR's function
 * ("mixed"). The channel is one that was opened elsewhere, so that no server is needed.
 */
#define _GNU_SOURCE
#include "wts.h"

#include <dlfcn.h>

static void *library;
static int channel[64] = {42};

static void *function(const char *name)
{
    void *found = dlsym(library, name);

    if (found)
        return found;
    fprintf(stderr, "%s\n", dlerror());
    exit(UNEXPECTED);
}
#define FUNCTION(name) ((__typeof__(&(name)))function(#name))

static NOINLINE void *ask(WTS_VIRTUAL_CLASS what)
{
    void *buffer = NULL;
    DWORD size = 77;

    OK(FUNCTION(WTSVirtualChannelQuery)(channel, what, &buffer, &size));
    printf("class %d: %s, %u\n", (int)what, buffer ? "a buffer" : "none", (unsigned)size);
    return buffer;
}

static NOINLINE void release(void *buffer)
{
    FUNCTION(WTSFreeMemory)(buffer);
}

static void data(void)
{
#ifdef FIXED
    release(ask(WTSVirtualFileHandle));
#else
    release(ask(WTSVirtualClientData));
#endif
}

static void mixed(void)
{
    void *descriptor = ask(WTSVirtualFileHandle);

    free_memory(query_session(WTS_CURRENT_SERVER_HANDLE, WTSUserName));
#ifdef FIXED
    release(descriptor);
#else
    free_memory(descriptor);
#endif
}

static const struct way ways[] = {{"data", data}, {"mixed", mixed}};

int main(int argc, char **argv)
{
    library = argc == 3 ? dlopen(argv[1], RTLD_NOW) : NULL;
    if (!library) {
        fprintf(stderr, "%s\n", dlerror());
        return UNEXPECTED;
    }
    return GO(ways, argc - 1, argv + 1);
}
