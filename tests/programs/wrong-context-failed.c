/* SPDX-License-Identifier: MIT */
/*
 * A block is freed with a context that does not exist: the call fails and frees nothing. The
 * twin makes the same call, but with the right context.
 */
#include "card.h"

#define NO_CONTEXT 0x7FFFFFFF /* the library hands out random values; this is none */

static NOINLINE void free_wrongly(const void *block)
{
    EXPECT(SCARD_E_INVALID_HANDLE, SCardFreeMemory(NO_CONTEXT, (void *)block));
}

int main(void)
{
    SCARDCONTEXT ctx = open_context();
    char *readers = list_readers(ctx);

#ifdef FIXED
    free_block(ctx, readers);
#else
    free_wrongly(readers);
#endif
    close_context(ctx);
    return 0;
}
