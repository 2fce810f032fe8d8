/* SPDX-License-Identifier: MIT */
/* Frees one block of the heap, and forgets the other one. */
#include "rules.h"

static void work(void)
{
    PVOID one = allocate_heap(), other = allocate_heap();

    release_heap(one);
#ifdef FIXED
    release_heap(other);
#else
    (void)other;
#endif
}

static void finish(void)
{
}
