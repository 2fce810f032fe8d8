/* SPDX-License-Identifier: MIT */
/* A context is released twice. */
#include "card.h"

static NOINLINE void release_again(SCARDCONTEXT ctx)
{
    EXPECT(SCARD_E_INVALID_HANDLE, SCardReleaseContext(ctx));
}

int main(void)
{
    SCARDCONTEXT ctx = open_context();

    close_context(ctx);
#ifdef FIXED
    ctx = open_context();
    close_context(ctx);
#else
    release_again(ctx);
#endif
    return 0;
}
