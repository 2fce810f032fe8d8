/* SPDX-License-Identifier: MIT */
/*
 * A library puts its caller's environment aside, works in one of its own, and puts the caller's
 * back: or forgets to.
 */
#include "rpc.h"

static NOINLINE void library_call(void)
{
    handle_t callers = thread_handle();

    OK(use_thread_handle(NULL));
    OK(enable());
    OK(release(allocate(30)));
    OK(disable());
#ifdef FIXED
    OK(use_thread_handle(callers));
#else
    (void)callers;
#endif
}

int main(void)
{
    void *block;

    OK(enable());
    block = allocate(30);
    OK(release(block));
    library_call();
#ifdef FIXED
    OK(disable());
#endif
    return 0;
}
