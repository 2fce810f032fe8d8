/* SPDX-License-Identifier: MIT */
/* A thread puts its environment aside, and frees a block of it before it has it back. */
#include "rpc.h"

static NOINLINE void free_with(handle_t environment, void *block)
{
#ifdef FIXED
    OK(use_thread_handle(environment));
    OK(release(block));
#else
    release(block);
    OK(use_thread_handle(environment));
#endif
}

int main(void)
{
    handle_t environment;
    void *block;

    OK(enable());
    block = allocate(32);
    environment = thread_handle();
    OK(use_thread_handle(NULL));
    free_with(environment, block);
    OK(disable());
    return 0;
}
