/* SPDX-License-Identifier: MIT */
/* A context is used after it was released. */
#include "card.h"

static NOINLINE void count_readers(SCARDCONTEXT ctx, LONG wanted)
{
    DWORD length = 0;

    EXPECT(wanted, SCardListReaders(ctx, NULL, NULL, &length));
}

int main(void)
{
    SCARDCONTEXT ctx = open_context();

#ifdef FIXED
    count_readers(ctx, SCARD_S_SUCCESS);
    close_context(ctx);
#else
    close_context(ctx);
    count_readers(ctx, SCARD_E_INVALID_HANDLE);
#endif
    return 0;
}
