/* SPDX-License-Identifier: MIT */
/*
 * What server stubs do for each call: they bring an environment, in which the manager routine
 * allocates, and release all of it when the answer is sent. Nothing of that is anybody's leak.
 */
#include "rpc.h"

enum { CALLS = 5 };

static NOINLINE void *help(void *data)
{
    OK(use_thread_handle(data));
    OK(release(allocate(11)));
    return NULL;
}

static NOINLINE char *manager_routine(int size)
{
    char *answer = allocate((block_size_t)size);
    char *scratch = allocate(100);

    await(start(help, thread_handle()));
    memset(answer, 1, (size_t)size);
    OK(release(scratch));
    return answer;
}

static NOINLINE void serve_call(int size)
{
    struct dce_support support;
    struct dce_memory memory;

    rpc_ss_create_support_ptrs(&support, &memory);
    if (manager_routine(size)[0] != 1)
        exit(UNEXPECTED);
    rpc_ss_mem_free(&memory);
    rpc_ss_destroy_support_ptrs();
}

static NOINLINE void *call_thread(void *data)
{
    for (int i = 1; i <= CALLS; i++)
        serve_call(100 * i);
    return data;
}

int main(void)
{
    pthread_t other = start(call_thread, NULL);

    call_thread(NULL);
    await(other);
    return 0;
}
