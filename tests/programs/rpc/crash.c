/* SPDX-License-Identifier: MIT */
/* A library that looks for no environment: "allocate" or "free" without one is the end. */
#include "rpc.h"

static NOINLINE void without(const char *what, void *block)
{
    if (strcmp(what, "free") != 0)
        block = try_allocate(10);
    release(block);
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    static char block[64];
    void *mine = block;

#ifdef FIXED
    OK(enable());
    if (strcmp(what, "free") == 0)
        mine = allocate(10);
#endif
    without(what, mine);
#ifdef FIXED
    OK(disable());
#endif
    return 0;
}
