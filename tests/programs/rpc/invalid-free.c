/* SPDX-License-Identifier: MIT */
/*
 * Frees what was not allocated in the environment: "malloc", memory of malloc(); "inside", an
 * address 16 bytes into a block; "outside", memory of malloc(), in a thread without environment.
 */
#include "rpc.h"

static NOINLINE void give_back(void *memory)
{
    release(memory);
}

static NOINLINE void with_malloc(void)
{
    char *memory = malloc(80);

#ifdef FIXED
    free(memory);
#else
    give_back(memory);
#endif
}

static NOINLINE void with_inside(void)
{
    char *block = allocate(80);

#ifndef FIXED
    give_back(block + 16);
#endif
    OK(release(block));
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";

    OK(enable());
    if (strcmp(what, "outside") == 0) {
        OK(disable());
        with_malloc();
        return 0;
    }
    if (strcmp(what, "malloc") == 0)
        with_malloc();
    else
        with_inside();
    OK(disable());
    return 0;
}
