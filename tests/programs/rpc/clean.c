/* SPDX-License-Identifier: MIT */
/* All of it, as it should be: nothing is found. */
#include "rpc.h"

enum { BLOCKS = 100 };

static void *own_alloc(block_size_t size)
{
    return try_allocate(size);
}

static void own_free(void *block)
{
    OK(release(block));
}

/* What a client stub brings, the program frees. */
static NOINLINE void call_server(void)
{
#ifdef SS
    OK(release(allocate(10)));
#else
    OK(client_free(allocate(10)));
#endif
}

static NOINLINE void *be_client(void *data)
{
    alloc_routine_t *old_alloc, *own;
    free_routine_t *old_free, *own_too;

    OK(enable());
    call_server();
    OK(swap_pair(own_alloc, own_free, &old_alloc, &old_free));
    call_server();
    OK(swap_pair(old_alloc, old_free, &own, &own_too));
    if (own != own_alloc || own_too != own_free)
        exit(UNEXPECTED);
    call_server();
    OK(disable());
    return data;
}

static handle_t environment;

static NOINLINE void *help(void *data)
{
    OK(use_thread_handle(environment));
    OK(release(data));
    OK(release(allocate(1)));
    OK(use_thread_handle(NULL));
    return NULL;
}

/* In any order; some by a helper. */
static NOINLINE void *be_server(void *data)
{
    void *blocks[BLOCKS];

    OK(enable());
    environment = thread_handle();
    for (int i = 0; i < BLOCKS; i++)
        blocks[i] = allocate((block_size_t)i * 7);
    for (int i = 0; i < BLOCKS; i += 2)
        OK(release(blocks[i]));
    await(start(help, blocks[1]));
    for (int i = 3; i < BLOCKS; i += 2)
        OK(release(blocks[i]));
#ifdef LIKE
    OK(release(NULL));
#endif
    OK(disable());
    return data;
}

int main(void)
{
    await(start(be_server, NULL));
    be_server(NULL);
    await(start(be_client, NULL));
    be_client(NULL);
    return 0;
}
