/* SPDX-License-Identifier: MIT */
/*
 * -DINNER=name -DSIZE=bytes: the same code with another name and another frame. Its one call, a
 * purely local one, is wrong, so that the report tells its stack.
 */
#include "attack.h"

void INNER(void);
void work(void);

NOINLINE void INNER(void)
{
    volatile char room[SIZE];

    __asm__ volatile("" : : "r"(room) : "memory");
    if (SCardReleaseContext(77) != SCARD_E_INVALID_HANDLE)
        abort();
    __asm__ volatile("" : : "r"(room) : "memory");
}

NOINLINE void work(void)
{
    volatile char room[SIZE];

    __asm__ volatile("" : : "r"(room) : "memory");
    INNER();
    __asm__ volatile("" : : "r"(room) : "memory");
}
