/* SPDX-License-Identifier: MIT */
/* Frees a block into another section than its own, which refuses it. */
#include "rules.h"

static PVOID first, second;

static void work(void)
{
    PVOID block;

    first = open_section();
    second = open_section();
    block = allocate(first);
#ifdef FIXED
    release(first, block);
#else
    release(second, block);
#endif
}

static void finish(void)
{
    close_section(second);
    close_section(first);
}
