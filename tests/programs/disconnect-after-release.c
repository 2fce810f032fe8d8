/* SPDX-License-Identifier: MIT */
/* A card handle is disconnected after the release of its context has ended it already. */
#include "card.h"

static NOINLINE void disconnect_late(SCARDHANDLE card)
{
    EXPECT(SCARD_E_INVALID_HANDLE, SCardDisconnect(card, SCARD_LEAVE_CARD));
}

int main(void)
{
    SCARDCONTEXT ctx = open_context();
    SCARDHANDLE card = open_card(ctx);

#ifdef FIXED
    close_card(card);
    close_context(ctx);
#else
    close_context(ctx);
    disconnect_late(card);
#endif
    return 0;
}
