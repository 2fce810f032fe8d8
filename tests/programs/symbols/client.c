/* SPDX-License-Identifier: MIT */
/*
 * A context is established by an inlined function and never released. With -DREBUILT it is a later
 * build, whose functions lie elsewhere.
 */
#include "../card.h"

static volatile SCARDCONTEXT kept;

#ifdef REBUILT
NOINLINE void added(void)
{
    for (int i = 0; i < 10; i++)
        kept += (SCARDCONTEXT)i;
}
#endif

static inline __attribute__((always_inline)) SCARDCONTEXT establish(void)
{
    SCARDCONTEXT ctx = 0;

    EXPECT(SCARD_S_SUCCESS, SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &ctx));
    return ctx;
}

static NOINLINE void work(void)
{
#ifdef REBUILT
    added();
#endif
    kept = establish();
}

int main(void)
{
    work();
    return 0;
}
