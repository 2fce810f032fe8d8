/* SPDX-License-Identifier: MIT */
/* A card handle is used after it was disconnected. */
#include "card.h"

static NOINLINE void query_status(SCARDHANDLE card, LONG wanted)
{
    EXPECT(wanted, SCardStatus(card, NULL, NULL, NULL, NULL, NULL, NULL));
}

int main(void)
{
    SCARDCONTEXT ctx = open_context();
    SCARDHANDLE card = open_card(ctx);

#ifdef FIXED
    query_status(card, SCARD_S_SUCCESS);
    close_card(card);
#else
    close_card(card);
    query_status(card, NO_SUCH_CARD);
#endif
    close_context(ctx);
    return 0;
}
