// SPDX-License-Identifier: MIT
/* A package with the tables that its host wants; see tables.c. */
#include "tables.h"

#include <string.h>
#include <sys/mman.h>

/* With more arguments than a stub passes on */
static long add(long a, long b, long c, long d, long e, long f, long g, long h, long i, long j,
                long k, long l)
{
    return a + b + c + d + e + f + g + h + i + j + k + l;
}

static int initialize(unsigned long id, void *parameters, void **functions)
{
    void *section, *block;

    (void)parameters;
    if (id != USING || !functions)
        return 0;
    section = ((create_fn *)functions[CREATE])(4096, 4096);
    block = ((allocate_fn *)functions[ALLOCATE])(section, 100);
    ((free_fn *)functions[FREE])(section, block);
    ((delete_fn *)functions[DELETE])(section);
    block = ((allocate_heap_fn *)functions[ALLOCATE_HEAP])(32);
    ((free_heap_fn *)functions[FREE_HEAP])(block);
    return 0;
}

static int shut_down(void)
{
    return 0;
}

static int get_info(void *info)
{
    (void)info;
    return 0;
}

static void fill(void **table)
{
    table[INITIALIZE] = (void *)initialize;
    table[SHUTDOWN] = (void *)shut_down;
    table[GET_INFO] = (void *)get_info;
}

int SpLsaModeInitialize(uint32_t lsa, uint32_t *version, void ***tables, uint32_t *count)
{
    enum { FULL_SLOTS = 34, FEW_SLOTS = 27, PAGE = 4096 };
    static void *full[2 * FULL_SLOTS], *one[FEW_SLOTS];
    char *pages;

    *version = 0x10000;
    *count = 1;
    switch (lsa) {
    case FULL:
        for (int i = 0; i < 2 * FULL_SLOTS; i++)
            full[i] = (void *)add;
        fill(full);
        fill(full + FULL_SLOTS);
        *count = 2;
        *tables = full;
        break;
    case LYING: /* one at the end of memory, and nothing behind */
        pages = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (pages == MAP_FAILED || mprotect(pages + PAGE, PAGE, PROT_NONE) != 0)
            return -1;
        *tables = (void **)(void *)(pages + PAGE) - FEW_SLOTS;
        fill(*tables);
        *version = 1;
        *count = 39;
        break;
    default:
        fill(one);
        *tables = one;
    }
    return 0;
}
