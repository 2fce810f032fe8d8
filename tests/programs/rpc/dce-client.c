/* SPDX-License-Identifier: MIT */
/*
 * How DCE clients wrap a call: they ask for the thread handle before there is any, enable if there
 * is none, swap the routines, call, set the old ones, disable. Not mended, the early return is
 * forgotten.
 */
#include "rpc.h"

static void *own_alloc(block_size_t size)
{
    return malloc(size);
}

static NOINLINE void own_free(void *block)
{
    free(block);
}

static NOINLINE int call_server(int fails)
{
    void *answer = own_alloc(10);

    OK(client_free(answer));
    return fails;
}

static NOINLINE int wrapped_call(int fails)
{
    alloc_routine_t *old_alloc;
    free_routine_t *old_free;

    (void)thread_handle();
    OK(enable());
    OK(swap_pair(own_alloc, own_free, &old_alloc, &old_free));
    if (call_server(fails) != 0) {
#ifdef FIXED
        OK(set_pair(old_alloc, old_free));
        OK(disable());
#endif
        return 1;
    }
    OK(set_pair(old_alloc, old_free));
    OK(disable());
    return 0;
}

int main(void)
{
    return wrapped_call(0) == 0 && wrapped_call(1) == 1 ? 0 : UNEXPECTED;
}
