/* SPDX-License-Identifier: MIT */
/*
 * As programs of Windows do, this one defines midl_user_free() itself, as free(). With blocks of
 * midl_user_allocate() that is right.
 */
#include "rpc.h"

enum { SIZE = 5000 };

NOINLINE void *midl_user_allocate(size_t size)
{
    return malloc(size);
}

NOINLINE void midl_user_free(void *block)
{
    free(block);
}

int main(void)
{
    void *block, *volatile taken = NULL;
    uintptr_t place;

    OK(enable());
#ifdef FIXED
    block = midl_user_allocate(SIZE);
    place = 0;
#else
    block = allocate(SIZE);
    place = (uintptr_t)block;
#endif
    midl_user_free(block);
#ifndef FIXED
    /* so that the environment can release it */
    taken = malloc(SIZE);
#endif
    if ((uintptr_t)taken != place)
        fputs("other memory\n", stderr);
    OK(disable());
    return 0;
}
