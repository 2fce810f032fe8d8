/* SPDX-License-Identifier: MIT */
/* What atexit handlers and destructors of the program release is not leaked. */
#include "card.h"

static SCARDCONTEXT ctx;
static SCARDHANDLE card;

static void close_at_exit(void)
{
    close_card(card);
}

#ifdef FIXED
__attribute__((destructor)) static void close_in_destructor(void)
{
    close_context(ctx);
}
#endif

int main(void)
{
    ctx = open_context();
    card = open_card(ctx);
    atexit(close_at_exit);
    return 0;
}
