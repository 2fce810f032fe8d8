/* SPDX-License-Identifier: MIT */
/* The list of readers is never freed; releasing its context does not do that. */
#include "card.h"

int main(void)
{
    SCARDCONTEXT ctx = open_context();
    char *readers = list_readers(ctx);

#ifdef FIXED
    free_block(ctx, readers);
#else
    (void)readers;
#endif
    close_context(ctx);
    return 0;
}
