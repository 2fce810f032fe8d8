/* SPDX-License-Identifier: MIT */
/* A context is released with a card handle still open, which ends the handle. */
#include "card.h"

int main(void)
{
    SCARDCONTEXT ctx = open_context();
    SCARDHANDLE card = open_card(ctx);

#ifdef FIXED
    close_card(card);
#else
    (void)card;
#endif
    close_context(ctx);
    return 0;
}
