/* SPDX-License-Identifier: MIT */
/*
 * The routines that client stubs allocate and free with: a pair of them is in force in each
 * environment, and for each thread outside. One that Swap put in force is to be put back.
 */
#ifndef REPORT_RPC_PAIRS_H
#define REPORT_RPC_PAIRS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct replay;
struct rpc_place;

struct rpc_pair {
    uint64_t free, allocate;
    uint64_t old_free, old_allocate; /* before the swap */
    uint32_t swapped;                /* the first Swap since those were in force, or NO_EVENT */
    uint32_t environment;            /* in which it is in force; or 0: outside, in this thread */
    uint32_t thread;
    bool custom;     /* put there, and not what was in force at first */
    bool old_custom; /* the same of those before the swap */
    bool restored;   /* by the latest call */
    bool doubtful;   /* it is not known when it was in force */
};

struct rpc_pairs {
    struct rpc_pair *list; /* [0] is unused */
    size_t count, room;
};

void rpc_pairs_free(struct rpc_pairs *pairs);

/* This event put a pair in force for the place. */
void rpc_pairs_put(struct replay *replay, uint32_t event, struct rpc_place *place);

/* This one, of the same call, tells what was in force before. */
void rpc_pairs_replaced(struct replay *replay, uint32_t event, struct rpc_place *place);

/* One was put in force there, or in an environment that may be another library's. */
void rpc_pairs_doubt(struct replay *replay, struct rpc_place *place);

/* Is it not known for this thread which pair is in force? */
bool rpc_pairs_in_doubt(const struct replay *replay, uint32_t thread);

/* Is the pair that is in force there one that was put there? */
bool rpc_pairs_is_custom(const struct replay *replay, const struct rpc_place *place);

/* Judge those that are in force at the end. */
void rpc_pairs_end(struct replay *replay);

#endif
