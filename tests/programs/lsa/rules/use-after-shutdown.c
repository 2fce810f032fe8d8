/* SPDX-License-Identifier: MIT */
/* Calls its host after Shutdown: in a destructor, or ("thread") from a thread that is still there.
 */
#include "rules.h"
#include <pthread.h>
#include <semaphore.h>

static PVOID block;
static sem_t ready, go;
static pthread_t thread;

static NOINLINE void drop_cache(void)
{
    release_heap(block);
}

static void *wait_and_drop(void *unused)
{
    block = allocate_heap();
    sem_post(&ready);
    sem_wait(&go);
    drop_cache();
    return unused;
}

static NOINLINE void drop(void)
{
    if (bug("thread")) {
        sem_post(&go);
        pthread_join(thread, NULL);
    } else {
        drop_cache();
    }
}

static void work(void)
{
    if (!bug("thread")) {
        block = allocate_heap();
        return;
    }
    sem_init(&ready, 0, 0);
    sem_init(&go, 0, 0);
    EXPECT(pthread_create(&thread, NULL, wait_and_drop, NULL) == 0);
    sem_wait(&ready);
}

static void finish(void)
{
#ifdef FIXED
    drop();
#endif
}

#ifndef FIXED
static __attribute__((destructor)) void unload(void)
{
    if (host)
        drop();
}
#endif
