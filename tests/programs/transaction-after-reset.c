/* SPDX-License-Identifier: MIT */
/*
 * A card is reset within a transaction. Elsewhere that ends the transaction, here it does not: the
 * program believes it gone, never ends it, and keeps the card to itself until it exits.
 */
#include "card.h"

static NOINLINE void ask_challenge(SCARDHANDLE card)
{
    static const BYTE challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};
    BYTE answer[16];
    DWORD length = sizeof(answer);

    EXPECT(SCARD_S_SUCCESS,
           SCardTransmit(card, SCARD_PCI_T1, challenge, sizeof(challenge), NULL, answer, &length));
}

static NOINLINE void reset(SCARDHANDLE card)
{
    DWORD protocol;

    EXPECT(SCARD_S_SUCCESS, SCardReconnect(card, SCARD_SHARE_SHARED, SCARD_PROTOCOL_ANY,
                                           SCARD_RESET_CARD, &protocol));
}

static NOINLINE void log_in(SCARDHANDLE card)
{
    begin(card);
    ask_challenge(card);
    reset(card);
#ifdef FIXED
    EXPECT(SCARD_S_SUCCESS, SCardEndTransaction(card, SCARD_LEAVE_CARD));
#endif
}

int main(void)
{
    SCARDCONTEXT ctx = open_context();
    SCARDHANDLE card = open_card(ctx);

    log_in(card);
#ifdef FIXED
    close_card(card);
    close_context(ctx);
#endif
    return 0;
}
