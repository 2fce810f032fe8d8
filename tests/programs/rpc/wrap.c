/* SPDX-License-Identifier: MIT */
/* libwrap.so: somebody else's layer, which counts, and passes on to whoever comes next. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>

static int blocks, frees;

void *RpcSmAllocate(size_t size, int32_t *status)
{
    void *(*next)(size_t, int32_t *) = dlsym(RTLD_NEXT, "RpcSmAllocate");

    blocks++;
    return next(size, status);
}

int32_t RpcSmFree(void *block)
{
    int32_t (*next)(void *) = dlsym(RTLD_NEXT, "RpcSmFree");
    int32_t status = next(block);

    frees++;
    return status;
}

__attribute__((destructor)) static void say(void)
{
    if (blocks + frees)
        fprintf(stderr, "wrapped: %d, %d\n", blocks, frees);
}
