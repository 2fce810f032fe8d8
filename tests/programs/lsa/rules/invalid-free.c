/* SPDX-License-Identifier: MIT */
/*
 * Frees what is no block of the section: "foreign": memory of malloc(); "static": a variable;
 * "inside": 16 bytes into a block; "heap-inside": the same of the heap.
 */
#include "rules.h"

static PVOID section;

static NOINLINE void give_back(PVOID block)
{
    if (bug("heap-inside"))
        release_heap(block);
    else
        release(section, block);
}

static NOINLINE void with_malloc(void)
{
    void *own = malloc(SIZE);

#ifndef FIXED
    give_back(own);
#endif
    free(own);
}

static NOINLINE void with_static(void)
{
#ifndef FIXED
    static char own[SIZE] __attribute__((aligned(16)));

    give_back(own);
#endif
}

static NOINLINE void with_inside(void)
{
    char *block = bug("heap-inside") ? allocate_heap() : allocate(section);

#ifndef FIXED
    give_back(block + 16);
#endif
    give_back(block);
}

static void work(void)
{
    section = open_section();
    if (bug("foreign"))
        with_malloc();
    else if (bug("static"))
        with_static();
    else
        with_inside();
}

static void finish(void)
{
    close_section(section);
}
