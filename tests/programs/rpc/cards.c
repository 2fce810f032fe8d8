/* SPDX-License-Identifier: MIT */
/*
 * Memory of two families in one program: "to-card" gives a block of an RPC environment to
 * SCardFreeMemory(), "to-rpc" one of PC/SC to the environment.
 */
#include "../card.h"
#include "rpc.h"

enum { SIZE = 5000 };

static NOINLINE void to_card(SCARDCONTEXT ctx)
{
    void *block = allocate(SIZE);
#ifdef FIXED
    (void)ctx;
    OK(release(block));
#else
    void *volatile taken;
    uintptr_t place = (uintptr_t)block;

    free_block(ctx, block);
    /* so that the environment can release it */
    taken = malloc(SIZE);
    if ((uintptr_t)taken != place)
        fputs("other memory\n", stderr);
#endif
}

static NOINLINE void to_rpc(SCARDCONTEXT ctx)
{
    char *readers = list_readers(ctx);

#ifdef FIXED
    free_block(ctx, readers);
#else
    release(readers);
#endif
}

int main(int argc, char **argv)
{
    SCARDCONTEXT ctx = open_context();

    OK(enable());
    if (argc > 1 && strcmp(argv[1], "to-card") == 0)
        to_card(ctx);
    else
        to_rpc(ctx);
    OK(disable());
    close_context(ctx);
    return 0;
}
