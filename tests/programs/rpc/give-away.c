/* SPDX-License-Identifier: MIT */
/*
 * Gives a block to "free", "realloc" or "delete", and somebody else gets its memory, which the
 * environment then releases: nobody notices, today.
 */
#include "rpc.h"

enum { SIZE = 5000 };

extern void _ZdlPv(void *);

static NOINLINE void to_free(void *block)
{
    free(block);
}

static NOINLINE void to_realloc(void *block)
{
    free(realloc(block, (size_t)16 * SIZE));
}

static NOINLINE void to_delete(void *block)
{
    _ZdlPv(block);
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    void *block, *volatile taken;
    uintptr_t place;

    OK(enable());
    block = allocate(SIZE);
    place = (uintptr_t)block;
#ifdef FIXED
    (void)place;
    (void)taken;
    (void)what;
    OK(release(block));
#else
    if (strcmp(what, "delete") == 0)
        to_delete(block);
    else if (strcmp(what, "realloc") == 0)
        to_realloc(block);
    else
        to_free(block);
    taken = malloc(SIZE);
    if ((uintptr_t)taken != place)
        fputs("other memory\n", stderr);
#endif
    OK(disable());
    return 0;
}
