/* SPDX-License-Identifier: MIT */
/* Deletes a section with three blocks in it. */
#include "rules.h"

enum { BLOCKS = 3 };
static PVOID section, blocks[BLOCKS];

static void work(void)
{
    section = open_section();
    for (int i = 0; i < BLOCKS; i++)
        blocks[i] = allocate(section);
}

static void finish(void)
{
#ifdef FIXED
    for (int i = 0; i < BLOCKS; i++)
        release(section, blocks[i]);
#endif
    close_section(section);
}
