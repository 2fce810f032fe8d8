/* SPDX-License-Identifier: MIT */
/* A context is used that was never established. */
#include "card.h"

#define NO_CONTEXT 0x12345678 /* the library hands out random values; this is none */

static NOINLINE void count_readers(SCARDCONTEXT ctx, LONG wanted)
{
    DWORD length = 0;

    EXPECT(wanted, SCardListReaders(ctx, NULL, NULL, &length));
}

int main(void)
{
#ifdef FIXED
    SCARDCONTEXT ctx = open_context();

    count_readers(ctx, SCARD_S_SUCCESS);
    close_context(ctx);
    /* to ask whether a context is valid is what SCardIsValidContext is for */
    EXPECT(SCARD_E_INVALID_HANDLE, SCardIsValidContext(ctx));
    EXPECT(SCARD_E_INVALID_HANDLE, SCardIsValidContext(NO_CONTEXT));
#else
    count_readers(NO_CONTEXT, SCARD_E_INVALID_HANDLE);
#endif
    return 0;
}
