/* SPDX-License-Identifier: MIT */
/* A card handle is disconnected twice. */
#include "card.h"

static NOINLINE void disconnect_again(SCARDHANDLE card)
{
    EXPECT(SCARD_E_INVALID_HANDLE, SCardDisconnect(card, SCARD_LEAVE_CARD));
}

int main(void)
{
    SCARDCONTEXT ctx = open_context();
    SCARDHANDLE card = open_card(ctx);

    close_card(card);
#ifdef FIXED
    card = open_card(ctx);
    close_card(card);
#else
    disconnect_again(card);
#endif
    close_context(ctx);
    return 0;
}
