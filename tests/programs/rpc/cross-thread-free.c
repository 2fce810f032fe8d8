/* SPDX-License-Identifier: MIT */
/* A thread with an environment of its own frees a block of another one's. */
#include "rpc.h"

static handle_t environment;

static NOINLINE void *free_there(void *block)
{
    handle_t own;

    OK(enable());
    own = thread_handle();
#ifdef FIXED
    OK(use_thread_handle(environment));
    OK(release(block));
#else
    release(block);
#endif
    OK(use_thread_handle(own));
    OK(disable());
    return NULL;
}

int main(void)
{
    void *block;

    OK(enable());
    environment = thread_handle();
    block = allocate(48);
    await(start(free_there, block));
    OK(disable());
    return 0;
}
