/* SPDX-License-Identifier: MIT */
/* A transaction is ended by nothing but the disconnection of its card handle. */
#include "card.h"

int main(void)
{
    SCARDCONTEXT ctx = open_context();
    SCARDHANDLE card = open_card(ctx);

    begin(card);
#ifdef FIXED
    EXPECT(SCARD_S_SUCCESS, SCardEndTransaction(card, SCARD_LEAVE_CARD));
#endif
    close_card(card);
    close_context(ctx);
    return 0;
}
