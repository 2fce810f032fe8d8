/* SPDX-License-Identifier: MIT */
/*
 * Does all of it as it should: two threads with a section each and one that both use, blocks of the
 * heap, requests that the host refuses, memory that the host hands out by other functions.
 */
#include "rules.h"
#include <pthread.h>

enum { ROUNDS = 50 };
static PVOID shared;

static NOINLINE void be_refused(PVOID section)
{
    EXPECT(!host->AllocateSharedMemory(section, 1 << 20));
    EXPECT(!host->CreateSharedMemory(1 << 12, 1 << 16));
    host->FreeSharedMemory(section, NULL);
    host->FreeLsaHeap(NULL);
}

static void *use(void *unused)
{
    PVOID own = open_section();

    be_refused(own);
    for (int i = 0; i < ROUNDS; i++) {
        PVOID block = allocate(own), other = allocate(shared), heap = allocate_heap();

        memset(block, i, SIZE);
        memset(other, i, SIZE);
        memset(heap, i, SIZE);
        release(own, block);
        release_heap(heap);
        release(shared, other);
    }
    close_section(own);
    return unused;
}

static void work(void)
{
    pthread_t thread;
    PVOID buffer = NULL;

    shared = open_section();
    EXPECT(pthread_create(&thread, NULL, use, NULL) == 0);
    use(NULL);
    pthread_join(thread, NULL);
    EXPECT(NT_SUCCESS(host->AllocateClientBuffer(NULL, SIZE, &buffer)));
    EXPECT(NT_SUCCESS(host->FreeClientBuffer(NULL, buffer)));
    host->FreePrivateHeap(host->AllocatePrivateHeap(SIZE));
}

static void finish(void)
{
    release(shared, allocate(shared));
    close_section(shared);
}
