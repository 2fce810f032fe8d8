/* SPDX-License-Identifier: MIT */
/* SCardGetAttrib fails, yet it has handed out a block, and nobody frees it. */
#include "card.h"

static NOINLINE void *read_unsupported(SCARDHANDLE card)
{
    BYTE *attribute = NULL;
    DWORD length = SCARD_AUTOALLOCATE;

    EXPECT(SCARD_E_UNSUPPORTED_FEATURE,
           SCardGetAttrib(card, SCARD_ATTR_VENDOR_NAME, (BYTE *)&attribute, &length));
    return attribute;
}

int main(void)
{
    SCARDCONTEXT ctx = open_context();
    SCARDHANDLE card = open_card(ctx);
    void *attribute = read_unsupported(card);

#ifdef FIXED
    free_block(ctx, attribute);
#else
    (void)attribute;
#endif
    close_card(card);
    close_context(ctx);
    return 0;
}
