/* SPDX-License-Identifier: MIT */
/*
 * The reader's friendly name is asked for; the driver has none, but the failed call leaves a block
 * behind. The fallback frees it and asks for the wide name; that fails too, and the caller, whose
 * pointer still holds the first block, frees what it was given.
 */
#include "card.h"

static NOINLINE LONG get_attribute(SCARDHANDLE card, DWORD id, BYTE **value)
{
    DWORD length = SCARD_AUTOALLOCATE;

    return SCardGetAttrib(card, id, (BYTE *)value, &length);
}

static NOINLINE LONG get_friendly_name(SCARDCONTEXT ctx, SCARDHANDLE card, BYTE **name)
{
    BYTE *wide = NULL;
    LONG rv = get_attribute(card, SCARD_ATTR_DEVICE_FRIENDLY_NAME_A, name);

    if (rv == SCARD_S_SUCCESS)
        return rv;
    free_block(ctx, *name);
#ifdef FIXED
    *name = NULL;
#endif
    rv = get_attribute(card, SCARD_ATTR_DEVICE_FRIENDLY_NAME_W, &wide);
    free_block(ctx, wide);
    return rv;
}

static NOINLINE void show_name(SCARDCONTEXT ctx, SCARDHANDLE card)
{
    BYTE *name = NULL;

    if (get_friendly_name(ctx, card, &name) == SCARD_S_SUCCESS)
        printf("%s\n", (const char *)name);
    if (name)
        free_block(ctx, name);
}

int main(void)
{
    SCARDCONTEXT ctx = open_context();
    SCARDHANDLE card = open_card(ctx);

    show_name(ctx, card);
    close_card(card);
    close_context(ctx);
    return 0;
}
