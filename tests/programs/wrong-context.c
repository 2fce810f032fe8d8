/* SPDX-License-Identifier: MIT */
/* A block is freed with a valid context that is not the block's own; pcsc-lite lets that pass. */
#include "card.h"

int main(void)
{
    SCARDCONTEXT ctx = open_context();
    SCARDCONTEXT other = open_context();
    char *readers = list_readers(ctx);

#ifdef FIXED
    free_block(ctx, readers);
#else
    free_block(other, readers);
#endif
    close_context(other);
    close_context(ctx);
    return 0;
}
