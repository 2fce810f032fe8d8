/* SPDX-License-Identifier: MIT */
/*
 * -1 stands for a context that is not established yet. That it is none is left to the library to
 * say: the first call is made with it, and when that fails, a context is established.
 */
#include "card.h"

#define NO_CONTEXT ((SCARDCONTEXT)-1)

static NOINLINE LONG count_readers(SCARDCONTEXT ctx)
{
    DWORD length = 0;

#ifdef FIXED
    if (ctx == NO_CONTEXT)
        return SCARD_E_INVALID_HANDLE;
#endif
    return SCardListReaders(ctx, NULL, NULL, &length);
}

static NOINLINE void detect_readers(SCARDCONTEXT *ctx)
{
    if (count_readers(*ctx) == SCARD_E_INVALID_HANDLE) {
        *ctx = open_context();
        EXPECT(SCARD_S_SUCCESS, count_readers(*ctx));
    }
}

int main(void)
{
    SCARDCONTEXT ctx = NO_CONTEXT;

    detect_readers(&ctx);
    close_context(ctx);
    return 0;
}
