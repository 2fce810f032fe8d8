/* SPDX-License-Identifier: MIT */
/*
 * Two card handles of one context, and a transaction on each. WinPR remembers one for each context:
 * it has pcsc-lite begin the first and end the second, and the end of the first, which returns 0,
 * reaches nobody. The twin ends the first before it begins the second.
 */
#define WINPR
#include "card.h"

static NOINLINE void begin_work(SCARDHANDLE card)
{
    EXPECT(SCARD_S_SUCCESS, SCardBeginTransaction(card));
}

static NOINLINE void end_work(SCARDHANDLE card)
{
    EXPECT(SCARD_S_SUCCESS, SCardEndTransaction(card, SCARD_LEAVE_CARD));
}

int main(void)
{
    SCARDCONTEXT ctx = open_context();
    SCARDHANDLE first = open_card(ctx);
    SCARDHANDLE second = open_card(ctx);

    begin_work(first);
#ifdef FIXED
    end_work(first);
    begin_work(second);
    end_work(second);
#else
    begin_work(second);
    EXPECT(SCARD_E_SHARING_VIOLATION, SCardEndTransaction(second, SCARD_LEAVE_CARD));
    end_work(first);
#endif
    close_card(second);
    close_card(first);
    close_context(ctx);
    return 0;
}
