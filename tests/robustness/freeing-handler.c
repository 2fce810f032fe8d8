/* SPDX-License-Identifier: MIT */
/*
 * A signal comes inside SCardFreeMemory, and its handler calls free() for the same block, or for
 * another one that is live.
 */
#include "blocks.h"

static void *volatile prey;

static NOINLINE void handler(int number)
{
    (void)number;
    free(prey);
    prey = NULL;
}

int main(int argc, char **argv)
{
    char *block, *other;

    if (argc != 2)
        return 2;
    signal(SIGUSR1, handler);
    establish();
    block = get_block(40);
    other = get_block(40);
    prey = strcmp(argv[1], "same") ? other : block;
    give_to_library(block);
    if (!strcmp(argv[1], "same"))
        give_to_library(other);
    release();
    return 0;
}
