/* SPDX-License-Identifier: MIT */
/* A card handle is never disconnected, nor is its context released, which would end it too. */
#include "card.h"

int main(void)
{
    SCARDCONTEXT ctx = open_context();
    SCARDHANDLE card = open_card(ctx);

#ifdef FIXED
    close_card(card);
    close_context(ctx);
#else
    (void)card;
#endif
    return 0;
}
