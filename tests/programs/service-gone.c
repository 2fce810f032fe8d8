/* SPDX-License-Identifier: MIT */
/*
 * service-gone FILE: begin a transaction, write a line to FILE (a pipe with somebody who then stops
 * the service), and wait until the service is gone. Card handle and transaction cannot be given
 * back any more; the context can, and is not.
 */
#include "card.h"

static NOINLINE void await_the_end(SCARDCONTEXT ctx)
{
    SCARD_READERSTATE state = {.szReader = reader_name(ctx)};

    while (SCardGetStatusChange(ctx, 20000, &state, 1) == SCARD_S_SUCCESS)
        state.dwCurrentState = state.dwEventState;
}

int main(int argc, char **argv)
{
    SCARDCONTEXT ctx = open_context();
    SCARDHANDLE card = open_card(ctx);

    if (argc != 2)
        return UNEXPECTED;
    begin(card);
    say_begun(argv[1]);
    await_the_end(ctx);
#ifdef FIXED
    SCardReleaseContext(ctx); /* says that the service is gone, and releases it all the same */
#endif
    return 0;
}
