/* SPDX-License-Identifier: MIT */
/* A list of readers is written to after it was given back. */
#include "card.h"

static NOINLINE void rename_reader(char *reader)
{
    ((volatile char *)reader)[5] = 'X';
}

int main(void)
{
    SCARDCONTEXT ctx = open_context();
    char *readers = list_readers(ctx);

#ifdef FIXED
    rename_reader(readers);
    free_block(ctx, readers);
#else
    free_block(ctx, readers);
    rename_reader(readers);
#endif
    close_context(ctx);
    return 0;
}
