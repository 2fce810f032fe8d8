/* SPDX-License-Identifier: MIT */
/* SCardStatus fails for its short ATR buffer, yet it has handed out the name; nobody frees it. */
#include "card.h"

static NOINLINE void *read_status(SCARDHANDLE card)
{
    char *name = NULL;
    BYTE atr[2];
    DWORD name_length = SCARD_AUTOALLOCATE, atr_length = sizeof(atr);

    EXPECT(SCARD_E_INSUFFICIENT_BUFFER,
           SCardStatus(card, (char *)&name, &name_length, NULL, NULL, atr, &atr_length));
    return name;
}

int main(void)
{
    SCARDCONTEXT ctx = open_context();
    SCARDHANDLE card = open_card(ctx);
    void *name = read_status(card);

#ifdef FIXED
    free_block(ctx, name);
#else
    (void)name;
#endif
    close_card(card);
    close_context(ctx);
    return 0;
}
