/* SPDX-License-Identifier: MIT */
/* Transactions nest: two are begun and only one is ended before the card is disconnected. */
#include "card.h"

static NOINLINE void end(SCARDHANDLE card)
{
    EXPECT(SCARD_S_SUCCESS, SCardEndTransaction(card, SCARD_LEAVE_CARD));
}

int main(void)
{
    SCARDCONTEXT ctx = open_context();
    SCARDHANDLE card = open_card(ctx);

    begin(card);
    begin(card);
    end(card);
#ifdef FIXED
    end(card);
    /* there is no third one */
    EXPECT(SCARD_E_NOT_TRANSACTED, SCardEndTransaction(card, SCARD_LEAVE_CARD));
#endif
    close_card(card);
    close_context(ctx);
    return 0;
}
