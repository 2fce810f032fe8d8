/* SPDX-License-Identifier: MIT */
/*
 * Microsoft's documents let midl_user_free() release a block at once. This one, WinPR's, is free(),
 * and the environment knows nothing of it.
 */
#include "rpc.h"

enum { SIZE = 5000 };

extern void MIDL_user_free(void *block);

static NOINLINE void at_once(void *block)
{
#ifdef FIXED
    midl_user_free(block);
#else
    MIDL_user_free(block);
#endif
}

int main(void)
{
    void *block, *volatile taken;
    uintptr_t place;

    OK(enable());
    block = allocate(SIZE);
    place = (uintptr_t)block;
    at_once(block);
#ifndef FIXED
    /* so that the environment can release it */
    taken = malloc(SIZE);
    if ((uintptr_t)taken != place)
        fputs("other memory\n", stderr);
#else
    (void)place, (void)taken;
#endif
    OK(disable());
    return 0;
}
