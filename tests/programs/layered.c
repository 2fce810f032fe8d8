/* SPDX-License-Identifier: MIT */
/* A client that gets some of its functions from a library in front of pcsc-lite (layer.c). */
#include "layer.h"
#include "card.h"

static NOINLINE void ask_status(SCARDCONTEXT ctx, SCARDHANDLE card)
{
    DWORD name_length = SCARD_AUTOALLOCATE, atr_length = SCARD_AUTOALLOCATE, state, protocol;
    char *name = NULL;
    BYTE *atr = NULL;

    EXPECT(SCARD_S_SUCCESS, SCardStatus(card, (char *)&name, &name_length, &state, &protocol,
                                        (BYTE *)&atr, &atr_length));
    printf("%s: %lu bytes of ATR, asked %d times\n", name, atr_length, statuses);
    free_block(ctx, atr);
#ifdef FIXED
    free_block(ctx, name);
#endif
}

int main(void)
{
    SCARDCONTEXT ctx = open_context();
    DWORD length = SCARD_AUTOALLOCATE, protocol;
    SCARDHANDLE card = 0;
    char *readers = NULL;

    EXPECT(SCARD_S_SUCCESS, SCardListReadersA(ctx, NULL, (char *)&readers, &length));
    EXPECT(SCARD_S_SUCCESS,
           SCardConnectA(ctx, readers, SCARD_SHARE_SHARED, SCARD_PROTOCOL_ANY, &card, &protocol));
    free_block(ctx, readers);
    ask_status(ctx, card);
#ifdef FIXED
    EXPECT(SCARD_S_SUCCESS, SCardDisconnect(card, SCARD_LEAVE_CARD));
#endif
    close_context(ctx);
    return 0;
}
