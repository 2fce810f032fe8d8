/* SPDX-License-Identifier: MIT */
/* A block is freed after its context was released: the call fails and the block is lost. */
#include "card.h"

static NOINLINE void free_late(SCARDCONTEXT ctx, const void *block)
{
    EXPECT(SCARD_E_INVALID_HANDLE, SCardFreeMemory(ctx, (void *)block));
}

int main(void)
{
    SCARDCONTEXT ctx = open_context();
    char *readers = list_readers(ctx);

#ifdef FIXED
    free_block(ctx, readers);
    close_context(ctx);
#else
    close_context(ctx);
    free_late(ctx, readers);
#endif
    return 0;
}
