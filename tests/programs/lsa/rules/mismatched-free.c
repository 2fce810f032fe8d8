/* SPDX-License-Identifier: MIT */
/* Gives a block of the heap to the section ("to-section"), or to free() ("to-free"). */
#include "rules.h"

static PVOID section;

static NOINLINE void to_section(PVOID block)
{
    host->FreeSharedMemory(section, block);
    __asm__ volatile("");
}

static NOINLINE void to_free(PVOID block)
{
    free(block);
    __asm__ volatile("");
}

static void work(void)
{
    PVOID block = allocate_heap();

    section = open_section();
#ifdef FIXED
    (void)to_section, (void)to_free;
    release_heap(block);
#else
    if (bug("to-section"))
        to_section(block);
    else
        to_free(block);
#endif
}

static void finish(void)
{
    close_section(section);
}
