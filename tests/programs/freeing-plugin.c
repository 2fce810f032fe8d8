/* SPDX-License-Identifier: MIT */
/* A plugin that gives one block to free(), and another one to SCardFreeMemory twice. */
#include "card.h"

void plugin_work(void);

static NOINLINE void give_to_free(char *block)
{
    free(block);
}

static NOINLINE void give_twice(SCARDCONTEXT ctx, const char *block)
{
    free_block(ctx, block);
    free_block(ctx, block);
}

void plugin_work(void)
{
    SCARDCONTEXT ctx = open_context();

    give_to_free(list_readers(ctx));
    give_twice(ctx, list_readers(ctx));
    close_context(ctx);
}
