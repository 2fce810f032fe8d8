// SPDX-License-Identifier: MIT
/* -DLIBRARY: a host that is linked to its package. Else a program that opens it for itself. */
#include "tables.h"

#include <stddef.h>

#ifdef LIBRARY
#include <stdlib.h>

entry_fn SpLsaModeInitialize;

static void *create(uint32_t most, uint32_t first)
{
    static char section[128];

    (void)most, (void)first;
    return section;
}

static void *allocate(void *from, uint32_t size)
{
    (void)size;
    return (char *)from + 64;
}

static void free_block(void *section, void *block)
{
    (void)section, (void)block;
}

static unsigned char delete_section(void *section)
{
    (void)section;
    return 1;
}

static void *allocate_heap(uint32_t size)
{
    return malloc(size);
}

int work(void)
{
    static void *functions[HOST_SLOTS];
    uint32_t version, count;
    void **table;

    functions[ALLOCATE_HEAP] = (void *)allocate_heap;
    functions[FREE_HEAP] = (void *)free;
    functions[CREATE] = (void *)create;
    functions[ALLOCATE] = (void *)allocate;
    functions[FREE] = (void *)free_block;
    functions[DELETE] = (void *)delete_section;
    return SpLsaModeInitialize(ONE, &version, &table, &count) != 0 ||
           ((initialize_fn *)table[INITIALIZE])(USING, NULL, functions) != 0;
}
#else
#include <dlfcn.h>

int main(int argc, char **argv)
{
    void *host = argc == 2 ? dlopen(argv[1], RTLD_NOW | RTLD_DEEPBIND) : NULL;
    int (*work)(void) = host ? (int (*)(void))dlsym(host, "work") : NULL;

    return work ? work() : 2;
}
#endif
