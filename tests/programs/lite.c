/* SPDX-License-Identifier: MIT */
#include <winscard.h>
#ifdef APART
#define OWN_LIBRARY "libpcsclite.so.1"
#include "own.h"
#endif
#include "card.h"
#include "lite.h"

NOINLINE long lite_open_context(void)
{
    return open_context();
}

NOINLINE void lite_close_context(long ctx)
{
    close_context(ctx);
}

NOINLINE char *lite_list_readers(long ctx)
{
    return list_readers(ctx);
}

NOINLINE void lite_free_block(long ctx, void *block)
{
    free_block(ctx, block);
}

NOINLINE long lite_open_card(long ctx)
{
    return open_card(ctx);
}

NOINLINE void lite_close_card(long card)
{
    close_card(card);
}
