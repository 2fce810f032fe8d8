/* SPDX-License-Identifier: MIT */
/* Frees a block twice, the second time on an error path: one of a section, or ("heap") of the heap,
 * which the C library notices, if it can. */
#include "rules.h"

static PVOID section;

static NOINLINE void handle_error(PVOID block)
{
#ifdef FIXED
    (void)block;
#else
    if (bug("heap"))
        release_heap(block);
    else
        release(section, block);
#endif
}

static void work(void)
{
    PVOID block;

    section = open_section();
    block = bug("heap") ? allocate_heap() : allocate(section);
    if (bug("heap"))
        release_heap(block);
    else
        release(section, block);
    handle_error(block);
}

static void finish(void)
{
    close_section(section);
}
