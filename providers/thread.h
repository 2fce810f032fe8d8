/* SPDX-License-Identifier: MIT */
/* What a thread has: the environment it works in, and a client pair for when there is none. */
#ifndef PROVIDERS_THREAD_H
#define PROVIDERS_THREAD_H

#include "environment.h"

struct thread {
    struct environment *environment;
    struct client_pair pair;
    unsigned rounds; /* of key destructors that have come by at its end */
    uint64_t serial; /* 0 until it is asked for; not used again after the thread, as pthread_t is */
};

/* The calling thread */
struct thread *this_thread(void);
/*
 * Sees to it that the environment is left when the thread ends, and that fork finds everything in
 * order. False without memory.
 */
bool thread_prepare(struct thread *thread);

#endif
