/* SPDX-License-Identifier: MIT */
/* Deletes a section at the end of its work, and again in Shutdown. */
#include "rules.h"

static PVOID section;

static NOINLINE void clean_up(void)
{
    BOOLEAN deleted = host->DeleteSharedMemory(section);

    EXPECT(!deleted);
}

static void work(void)
{
    section = open_section();
    close_section(section);
}

static void finish(void)
{
#ifdef FIXED
    (void)clean_up;
#else
    clean_up();
#endif
}
