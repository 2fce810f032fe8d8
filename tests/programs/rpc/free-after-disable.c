/* SPDX-License-Identifier: MIT */
/* Frees a block when its environment has been disabled; with "next", in the next environment. */
#include "rpc.h"

static NOINLINE void clean_up(void *block)
{
    release(block);
}

int main(int argc, char **argv)
{
    int next = argc > 1 && strcmp(argv[1], "next") == 0;
    void *block;

    OK(enable());
    block = allocate(64);
#ifdef FIXED
    clean_up(block);
#endif
    OK(disable());
    if (next)
        OK(enable());
#ifndef FIXED
    clean_up(block);
#endif
    if (next)
        OK(disable());
    return 0;
}
