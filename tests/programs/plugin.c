/* SPDX-License-Identifier: MIT */
/* A plugin that is linked with libpcsclite itself, for plugin-host. It leaks its context. */
#include "card.h"

void plugin_work(void);

void plugin_work(void)
{
    SCARDCONTEXT ctx = open_context();
    char *readers = list_readers(ctx);

    printf("first reader: %s\n", readers);
    free_block(ctx, readers);
#ifdef FIXED
    close_context(ctx);
#endif
}
