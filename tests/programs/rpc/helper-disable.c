/* SPDX-License-Identifier: MIT */
/* A helper, which was only lent the environment, disables it. */
#include "rpc.h"

static handle_t environment;

static NOINLINE void *help(void *block)
{
    OK(use_thread_handle(environment));
    OK(release(block));
#ifdef FIXED
    OK(use_thread_handle(NULL));
#else
    disable();
#endif
    return NULL;
}

int main(void)
{
    OK(enable());
    environment = thread_handle();
    await(start(help, allocate(10)));
    OK(disable());
    return 0;
}
