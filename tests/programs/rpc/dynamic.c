/* SPDX-License-Identifier: MIT */
/*
 * dynamic LIBRARY local|global|version NAMES: looks the functions up in a library that it opens
 * itself. With "version", by the version of DCE's; NAMES is "Sm" or "sm". It forgets to disable.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *library;
static int versioned;

static void *function(const char *name)
{
    void *found = versioned ? dlvsym(library, name, "DCERPC_1.0") : dlsym(library, name);

    if (found)
        return found;
    fprintf(stderr, "%s is not there\n", name);
    exit(99);
}

__attribute__((noinline)) static void work_windows(void)
{
    int32_t status = -1;
    void *(*allocate)(size_t, int32_t *) = function("RpcSmAllocate");
    int32_t (*release)(void *) = function("RpcSmFree");
    int32_t (*enable)(void) = function("RpcSmEnableAllocate");
    void *block;

    printf("enabled: %d\n", enable());
    block = allocate(40, &status);
    printf("allocated: %d, %d\n", status, block != NULL);
    printf("freed: %d\n", release(block));
}

__attribute__((noinline)) static void work_dce(void)
{
    uint32_t status = 77;
    void *(*allocate)(uint32_t, uint32_t *) = function("rpc_sm_allocate");
    void (*release)(void *, uint32_t *) = function("rpc_sm_free");
    void (*enable)(uint32_t *) = function("rpc_sm_enable_allocate");
    void *block;

    enable(&status);
    printf("enabled: %u\n", status);
    block = allocate(40, &status);
    printf("allocated: %u, %d\n", status, block != NULL);
    release(block, &status);
    printf("freed: %u\n", status);
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 99;
    library = dlopen(argv[1], RTLD_NOW | (strcmp(argv[2], "global") == 0 ? RTLD_GLOBAL : 0));
    if (!library) {
        fprintf(stderr, "%s\n", dlerror());
        return 99;
    }
    versioned = strcmp(argv[2], "version") == 0;
    printf("of another version: %d\n", dlvsym(library, "rpc_sm_allocate", "NONE_1.0") != NULL);
    printf("of no library: %d\n", dlsym(library, "RpcSmAllocateNothing") != NULL);
    if (strcmp(argv[3], "Sm") == 0)
        work_windows();
    else
        work_dce();
    return 0;
}
