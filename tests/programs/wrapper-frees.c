/* SPDX-License-Identifier: MIT */
/*
 * A layer that offers the library's strings as wide ones: it has them allocated, converts them,
 * and gives the originals to the function that goes with its own memory, free().
 */
#include "card.h"

static NOINLINE void drop_original(SCARDCONTEXT ctx, char *text)
{
#ifdef FIXED
    free_block(ctx, text);
#else
    (void)ctx;
    free(text);
#endif
}

static NOINLINE unsigned short *widen(const char *text, DWORD length)
{
    unsigned short *wide = calloc(length, sizeof(*wide));

    for (DWORD i = 0; wide && i < length; i++)
        wide[i] = (unsigned char)text[i];
    return wide;
}

static NOINLINE unsigned short *list_readers_wide(SCARDCONTEXT ctx)
{
    char *readers = NULL;
    DWORD length = SCARD_AUTOALLOCATE;
    unsigned short *wide;

    EXPECT(SCARD_S_SUCCESS, SCardListReaders(ctx, NULL, (char *)&readers, &length));
    wide = widen(readers, length);
    drop_original(ctx, readers);
    return wide;
}

static NOINLINE unsigned short *card_name_wide(SCARDCONTEXT ctx, SCARDHANDLE card)
{
    char *name = NULL;
    DWORD length = SCARD_AUTOALLOCATE, state, protocol, atr_length = MAX_ATR_SIZE;
    BYTE atr[MAX_ATR_SIZE];
    unsigned short *wide;

    EXPECT(SCARD_S_SUCCESS,
           SCardStatus(card, (char *)&name, &length, &state, &protocol, atr, &atr_length));
    wide = widen(name, length);
    drop_original(ctx, name);
    return wide;
}

int main(void)
{
    SCARDCONTEXT ctx = open_context();
    SCARDHANDLE card = open_card(ctx);

    free(list_readers_wide(ctx));
    free(card_name_wide(ctx, card));
    close_card(card);
    close_context(ctx);
    return 0;
}
