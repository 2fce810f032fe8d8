/* SPDX-License-Identifier: MIT */
/* The error after the list of readers was got is handled by returning, and the list forgotten. */
#include "card.h"

static NOINLINE LONG await_change(SCARDCONTEXT ctx)
{
    char *readers = list_readers(ctx);
    SCARD_READERSTATE state = {.szReader = readers};
    LONG rv = SCardGetStatusChange(ctx, 0, &state, 1);

    if (rv == SCARD_S_SUCCESS) {
        state.dwCurrentState = state.dwEventState;
        rv = SCardGetStatusChange(ctx, 1, &state, 1);
    }
    if (rv != SCARD_S_SUCCESS) {
#ifdef FIXED
        free_block(ctx, readers);
#endif
        return rv;
    }
    free_block(ctx, readers);
    return rv;
}

int main(void)
{
    SCARDCONTEXT ctx = open_context();

    EXPECT(SCARD_E_TIMEOUT, await_change(ctx));
    close_context(ctx);
    return 0;
}
