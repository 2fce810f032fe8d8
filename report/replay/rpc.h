/* SPDX-License-Identifier: MIT */
/*
 * RPC stub memory: what its files keep about one trace, and what the other contracts ask of it
 * (doc/contracts-rpc.md has the rules). Begun with the first event of the family, so that a trace
 * without any costs nothing.
 *
 *   contract_rpc.c      which event is whose, and what enters and leaves environments
 *   rpc_threads.c       who is in which environment, and what came of a call
 *   rpc_environments.c  environments and the blocks in them
 *   rpc_blocks.c        blocks that are given back
 *   rpc_pairs.c         the routines that client stubs use
 */
#ifndef REPORT_RPC_H
#define REPORT_RPC_H

#include "replay.h"
#include "rpc_environments.h"
#include "rpc_pairs.h"
#include "rpc_threads.h"

struct rpc {
    struct rpc_threads threads;
    struct rpc_environments environments;
    struct rpc_pairs pairs;
};

void rpc_free(struct rpc *rpc);

/* Of memory that is given to the allocator: true if it is a block of ours, or is freed by a
 * provider of ours, and so was judged here. */
bool rpc_freed(struct replay *replay, uint32_t event, uint32_t object);

/* This event is about to hand out memory where a block of ours may be: then somebody gave that
 * back. */
void rpc_reissued(struct replay *replay, uint32_t event);

/* Of an environment or block that is live at the end: is nothing to be said of it? */
bool rpc_excused(const struct replay *replay, uint32_t object);

/* Of one that is held: did the thread end that had to disable it, and nobody is left in it? */
bool rpc_abandoned(const struct replay *replay, const struct object *object);

#endif
