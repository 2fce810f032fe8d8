/* SPDX-License-Identifier: MIT */
/* Asks for a block of a section that was deleted, or ("never") that was never one. */
#include "rules.h"

static NOINLINE PVOID try_allocate(PVOID section)
{
    return host->AllocateSharedMemory(section, SIZE);
}

static void work(void)
{
    PVOID section = open_section();
#ifdef FIXED
    release(section, try_allocate(section));
    close_section(section);
#else
    static char never[64];

    close_section(section);
    EXPECT(!try_allocate(bug("never") ? never : section));
#endif
}

static void finish(void)
{
}
