/* SPDX-License-Identifier: MIT */
/* -DINNER=name -DSIZE=bytes: the same code with another name and another frame. */
#include "attack.h"

void INNER(void);
void work(void);

NOINLINE void INNER(void)
{
    volatile char room[SIZE];
    SCARDCONTEXT ctx;

    __asm__ volatile("" : : "r"(room) : "memory");
    if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &ctx) != SCARD_S_SUCCESS)
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
