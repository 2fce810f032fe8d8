/* SPDX-License-Identifier: MIT */
/*
 * Two threads give back the same block at the same time, so many rounds: one with SCardFreeMemory,
 * the other with that or with free(). Exactly one of them comes second.
 */
#include "blocks.h"

#include <stdatomic.h>

static pthread_barrier_t barrier;
static long rounds;
static char *_Atomic block;
static void (*routes[2])(void *);

static void *racer(void *route)
{
    for (long i = 0; i < rounds; i++) {
        pthread_barrier_wait(&barrier);
        routes[route != NULL](atomic_load(&block));
        pthread_barrier_wait(&barrier);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t threads[2];
    int own;

    if (argc != 3)
        return 2;
    rounds = atol(argv[1]);
    routes[0] = give_to_library;
    routes[1] = strcmp(argv[2], "free") ? give_to_library : give_to_free;
    establish();
    give_to_library(get_block(40)); /* from now on it is known that free() sees every block */
    pthread_barrier_init(&barrier, NULL, 3);
    for (int i = 0; i < 2; i++)
        if (pthread_create(&threads[i], NULL, racer, i ? &own : NULL) != 0)
            abort();
    for (long i = 0; i < rounds; i++) {
        atomic_store(&block, get_block(40));
        pthread_barrier_wait(&barrier);
        pthread_barrier_wait(&barrier);
    }
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    release();
    return 0;
}
