/* SPDX-License-Identifier: MIT */
/* A client puts routines of its own in force for one call, and leaves them there. */
#include "rpc.h"

static NOINLINE void *own_alloc(block_size_t size)
{
    return malloc(size);
}

static NOINLINE void own_free(void *block)
{
    free(block);
}

static NOINLINE void *call_server(void *data)
{
    alloc_routine_t *old_alloc;
    free_routine_t *old_free;

    OK(swap_pair(own_alloc, own_free, &old_alloc, &old_free));
#ifdef FIXED
    OK(set_pair(old_alloc, old_free));
#endif
    return data;
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "thread") == 0)
        await(start(call_server, NULL));
    else
        call_server(NULL);
    return 0;
}
