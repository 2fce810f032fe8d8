/* SPDX-License-Identifier: MIT */
/*
 * SCardDisconnect fails for a disposition that does not exist, so the handle lives on until its
 * context is released. The twin disconnects it in a second attempt, which is no double release.
 */
#include "card.h"

#define NO_DISPOSITION 0xFFFF

static NOINLINE void disconnect_wrongly(SCARDHANDLE card)
{
    EXPECT(SCARD_E_INVALID_VALUE, SCardDisconnect(card, NO_DISPOSITION));
}

int main(void)
{
    SCARDCONTEXT ctx = open_context();
    SCARDHANDLE card = open_card(ctx);

    disconnect_wrongly(card);
#ifdef FIXED
    close_card(card);
#endif
    close_context(ctx);
    return 0;
}
