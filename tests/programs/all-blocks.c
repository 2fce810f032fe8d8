/* SPDX-License-Identifier: MIT */
/*
 * Every AUTOALLOCATE out-parameter there is, and no block is freed: five blocks from four
 * functions, SCardStatus being able to hand out two.
 */
#include "card.h"

#define BLOCKS 5
#define TAG_ATR_STRING 0x0303 /* the virtual reader knows attributes by their bare tag */

static NOINLINE void *list_groups(SCARDCONTEXT ctx)
{
    char *groups = NULL;
    DWORD length = SCARD_AUTOALLOCATE;

    EXPECT(SCARD_S_SUCCESS, SCardListReaderGroups(ctx, (char *)&groups, &length));
    return groups;
}

static NOINLINE void *read_attribute(SCARDHANDLE card)
{
    BYTE *attribute = NULL;
    DWORD length = SCARD_AUTOALLOCATE;

    EXPECT(SCARD_S_SUCCESS, SCardGetAttrib(card, TAG_ATR_STRING, (BYTE *)&attribute, &length));
    return attribute;
}

static NOINLINE void read_status(SCARDHANDLE card, void **name, void **atr)
{
    DWORD name_length = SCARD_AUTOALLOCATE, atr_length = SCARD_AUTOALLOCATE;

    EXPECT(SCARD_S_SUCCESS,
           SCardStatus(card, (char *)name, &name_length, NULL, NULL, (BYTE *)atr, &atr_length));
}

int main(void)
{
    SCARDCONTEXT ctx = open_context();
    SCARDHANDLE card = open_card(ctx);
    void *blocks[BLOCKS];

    blocks[0] = list_readers(ctx);
    blocks[1] = list_groups(ctx);
    blocks[2] = read_attribute(card);
    read_status(card, &blocks[3], &blocks[4]);
    for (int i = 0; i < BLOCKS; i++) {
#ifdef FIXED
        free_block(ctx, blocks[i]);
#else
        (void)blocks[i];
#endif
    }
    close_card(card);
    close_context(ctx);
    return 0;
}
