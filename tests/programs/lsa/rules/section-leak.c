/* SPDX-License-Identifier: MIT */
/* Never deletes its section; "block": nor frees the block in it. */
#include "rules.h"

static PVOID section, block;

static void work(void)
{
    section = open_section();
    block = allocate(section);
}

static void finish(void)
{
#ifndef FIXED
    if (bug("block"))
        return;
#endif
    release(section, block);
#ifdef FIXED
    close_section(section);
#endif
}
