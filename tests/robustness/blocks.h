/* SPDX-License-Identifier: MIT */
/* What the programs share that get blocks from the stand-in of blocks.c. */
#ifndef TESTS_BLOCKS_H
#define TESTS_BLOCKS_H

#include "attack.h"

static SCARDCONTEXT ctx;

static NOINLINE char *get_block(unsigned size)
{
    char text[16];
    char *block = NULL;
    DWORD length = SCARD_AUTOALLOCATE;

    snprintf(text, sizeof text, "%u", size);
    SCardListReaders(ctx, text, (char *)&block, &length);
    return block;
}

static NOINLINE void give_to_library(void *block)
{
    SCardFreeMemory(ctx, block);
}

static NOINLINE void give_to_free(void *block)
{
    free(block);
}

static NOINLINE void establish(void)
{
    SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &ctx);
}

static NOINLINE void release(void)
{
    SCardReleaseContext(ctx);
}

#endif
