/* SPDX-License-Identifier: MIT */
/* A client that needs no more than contexts. Built as a program, and as a plugin (work). */
#include "attack.h"

void work(void);

NOINLINE void work(void)
{
    SCARDCONTEXT ctx = 0;
    LONG established = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &ctx);
    LONG valid = SCardIsValidContext(ctx);

    printf("established 0x%lx, valid 0x%lx, context %ld, released 0x%lx\n",
           (unsigned long)established, (unsigned long)valid, (long)ctx,
           (unsigned long)SCardReleaseContext(ctx));
}

int main(void)
{
    work();
    return 0;
}
