/* SPDX-License-Identifier: MIT */
/*
 * Two libraries in one program, each with memory of its own, the other one opened by its path: a
 * block of that goes to the first.
 */
#include "rpc.h"

#include <dlfcn.h>

static void *library;

static void *other_function(const char *name)
{
    void *function = library ? dlsym(library, name) : NULL;

    if (!function) {
        fprintf(stderr, "%s\n", dlerror());
        exit(UNEXPECTED);
    }
    return function;
}

#define OTHERS(name) ((__typeof__(name) *)other_function(#name))

static NOINLINE void *allocate_other(size_t size)
{
    RPC_STATUS status;

    return OTHERS(RpcSmAllocate)(size, &status);
}

static NOINLINE int release_other(void *block)
{
    return (int)OTHERS(RpcSmFree)(block);
}

int main(int argc, char **argv)
{
    void *block, *others;

    library = argc > 1 ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : NULL;
    OK(enable());
    OK(OTHERS(RpcSmEnableAllocate)());
    block = allocate(40);
    others = allocate_other(40);
    OK(release(block));
#ifdef FIXED
    OK(release_other(others));
#else
    (void)release_other;
    release(others);
#endif
    OK(OTHERS(RpcSmDisableAllocate)());
    OK(disable());
    return 0;
}
