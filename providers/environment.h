/* SPDX-License-Identifier: MIT */
/*
 * Stub memory environments, and the registry of all of them.
 *
 * A handle is a number, not an address, and is never given out twice: what a program hands in is
 * looked up and never followed, and a handle of the past stays invalid for ever.
 *
 * An environment that has ended is dead: its blocks are gone, and its header stays until the last
 * thread that is attached has left, so that calls of such a thread fail instead of touching freed
 * memory. One that has not ended stays also when nobody is attached: its handle is as good as
 * before.
 *
 * Locks: the registry's, then one environment's; fork takes all. No function of anybody else is
 * called under them, malloc and free included.
 */
#ifndef PROVIDERS_ENVIRONMENT_H
#define PROVIDERS_ENVIRONMENT_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <scardaudit/rpcsm.h>
#include "blocks.h"

struct client_pair {
    RPC_CLIENT_ALLOC *allocate;
    RPC_CLIENT_FREE *release; /* both NULL: those that one has without asking */
};

struct environment {
    uintptr_t handle;
    struct environment *next; /* of the registry, under its lock */
    unsigned long attached;   /* threads, likewise */

    pthread_mutex_t lock; /* of all that follows */
    uint64_t owner;       /* serial number of the thread; 0: it has ended */
    unsigned long enables, helper_enables;
    bool dead;
    struct client_pair pair;
    struct blocks blocks;
};

/* Enabled once, owned by this thread and attached to it; NULL without memory */
struct environment *environment_create(uint64_t owner);
/* NULL: no such handle, or dead */
struct environment *environment_attach(RPC_SS_THREAD_HANDLE handle);
void environment_detach(struct environment *environment);
/* The thread ends: whoever works in its environments may disable them. */
void environment_abandon(uint64_t owner);
/* Removes a block from the books of whichever environment it is in. */
bool environment_forget_anywhere(const void *block);

void environments_before_fork(void);
void environments_after_fork(void);
/* In the child, where only one thread is left: mine is what it is attached to. */
void environments_in_child(struct environment *mine, uint64_t owner);

#endif
