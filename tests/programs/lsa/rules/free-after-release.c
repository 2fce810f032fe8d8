/* SPDX-License-Identifier: MIT */
/* Frees a block after its section was deleted. */
#include "rules.h"

static PVOID section, block;

static NOINLINE void clean_up(void)
{
    release(section, block);
}

static void work(void)
{
    section = open_section();
    block = allocate(section);
}

static void finish(void)
{
#ifdef FIXED
    clean_up();
    close_section(section);
#else
    close_section(section);
    clean_up();
#endif
}
