/* SPDX-License-Identifier: MIT */
/* The pointer that walks along the list of readers is given back, and not the list. */
#include "card.h"

int main(void)
{
    SCARDCONTEXT ctx = open_context();
    char *readers = list_readers(ctx);
    char *reader = readers;

    while (*reader)
        reader += strlen(reader) + 1;
#ifdef FIXED
    reader = readers;
#endif
    free_block(ctx, reader);
    close_context(ctx);
    return 0;
}
