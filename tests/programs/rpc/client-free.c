/* SPDX-License-Identifier: MIT */
/*
 * What a client stub returned goes to the free routine in force: "plain", a block of the
 * environment, to free(); "enabled", memory of malloc(), to the environment's; "own", a block of
 * the environment, to the program's routine, which calls free(). Correct is the routine that goes
 * with the memory.
 */
#include "rpc.h"

enum { SIZE = 5000 };

static NOINLINE void *own_alloc(block_size_t size)
{
    return malloc(size);
}

static NOINLINE void own_free(void *block)
{
    free(block);
}

/* The memory is taken again at once, so that it can be released once more and nobody notices. */
static NOINLINE void take_memory(void *block)
{
    void *volatile taken = malloc(SIZE);

    if (taken != block)
        fputs("other memory\n", stderr);
}

static NOINLINE void drop(void *block)
{
    client_free(block);
}

static NOINLINE void with_pair(alloc_routine_t *alloc, free_routine_t *free_routine)
{
    void *block;

    OK(enable());
#ifdef FIXED
    block = alloc(SIZE);
    OK(set_pair(alloc, free_routine));
    drop(block);
#else
    block = allocate(SIZE);
    OK(set_pair(alloc, free_routine));
    drop(block);
    take_memory(block);
#endif
    OK(disable());
}

static NOINLINE void *plain_alloc(block_size_t size)
{
    return malloc(size);
}

static NOINLINE void enabled(void)
{
    OK(enable());
#ifdef FIXED
    drop(allocate(SIZE));
#else
    drop(malloc(SIZE));
#endif
    OK(disable());
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";

    (void)take_memory;
    if (strcmp(what, "plain") == 0)
        with_pair(plain_alloc, free);
    else if (strcmp(what, "own") == 0)
        with_pair(own_alloc, own_free);
    else
        enabled();
    return 0;
}
