/* SPDX-License-Identifier: MIT */
/*
 * Memory of two families of WinPR's functions: "to-card" gives a buffer to SCardFreeMemory(),
 * "to-wts" a block of SCardListReaders() to WTSFreeMemory().
 */
#include "../card.h"
#include "wts.h"

static void to_card(void)
{
    SCARDCONTEXT ctx = open_context();
    char *user = query_session(WTS_CURRENT_SERVER_HANDLE, WTSUserName);

#ifdef FIXED
    free_memory(user);
#else
    free_block(ctx, user);
#endif
    close_context(ctx);
}

static void to_wts(void)
{
    SCARDCONTEXT ctx = open_context();
    char *readers = list_readers(ctx);

#ifdef FIXED
    free_block(ctx, readers);
#else
    free_memory(readers);
#endif
    close_context(ctx);
}

static const struct way ways[] = {{"to-card", to_card}, {"to-wts", to_wts}};

int main(int argc, char **argv)
{
    return GO(ways, argc, argv);
}
