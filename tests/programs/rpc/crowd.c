/* SPDX-License-Identifier: MIT */
/*
 * Many threads at once, whose environments and blocks come and go at the same addresses, and whose
 * helpers allocate and free for them. Not mended, one of them forgets to disable, once.
 */
#include "rpc.h"

enum { THREADS = 6, ROUNDS = 40, BLOCKS = 5 };

struct work {
    handle_t environment;
    void *blocks[BLOCKS];
};

static NOINLINE void *help(void *data)
{
    struct work *work = data;

    OK(use_thread_handle(work->environment));
    for (int i = 0; i < BLOCKS; i++) {
        OK(release(work->blocks[i]));
        work->blocks[i] = allocate((block_size_t)(10 + i));
    }
    OK(use_thread_handle(NULL));
    return NULL;
}

static NOINLINE void serve(void)
{
    struct work work;

    OK(enable());
    work.environment = thread_handle();
    for (int i = 0; i < BLOCKS; i++)
        work.blocks[i] = allocate((block_size_t)(20 + i));
    await(start(help, &work));
    for (int i = 0; i < BLOCKS; i++)
        OK(release(work.blocks[i]));
}

static NOINLINE void *serve_many(void *forgets)
{
    for (int i = 0; i < ROUNDS; i++) {
        serve();
        if (!forgets || i < ROUNDS - 1)
            OK(disable());
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];
    void *forgets = NULL;

#ifndef FIXED
    forgets = threads;
#endif
    for (int i = 0; i < THREADS; i++)
        threads[i] = start(serve_many, i == 0 ? forgets : NULL);
    for (int i = 0; i < THREADS; i++)
        await(threads[i]);
    return 0;
}
