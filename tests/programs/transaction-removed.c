/* SPDX-License-Identifier: MIT */
/*
 * transaction-removed FILE: begin a transaction, write a line to FILE (a pipe with somebody who
 * then pulls the card), wait until the card is gone, and end the transaction, which fails.
 * There is nothing wrong with it: the card took the transaction along.
 */
#include "card.h"

static NOINLINE void await_removal(SCARDCONTEXT ctx)
{
    SCARD_READERSTATE state = {.szReader = reader_name(ctx)};

    while (!(state.dwEventState & SCARD_STATE_EMPTY)) {
        state.dwCurrentState = state.dwEventState;
        EXPECT(SCARD_S_SUCCESS, SCardGetStatusChange(ctx, 20000, &state, 1));
    }
}

int main(int argc, char **argv)
{
    SCARDCONTEXT ctx = open_context();
    SCARDHANDLE card = open_card(ctx);

    if (argc != 2)
        return UNEXPECTED;
    begin(card);
    say_begun(argv[1]);
    await_removal(ctx);
    EXPECT(SCARD_W_REMOVED_CARD, SCardEndTransaction(card, SCARD_LEAVE_CARD));
    close_card(card);
    close_context(ctx);
    return 0;
}
