/* SPDX-License-Identifier: MIT */
/*
 * Environments, each an object with a record of its own here, and the blocks in them: a list, from
 * which a block is taken out when it is given back before its environment ends.
 */
#ifndef REPORT_RPC_ENVIRONMENTS_H
#define REPORT_RPC_ENVIRONMENTS_H

#include <stdbool.h>
#include <stdint.h>

struct replay;
struct trace_event;

struct rpc_environment {
    uint32_t object;
    uint32_t owner;   /* the thread that entered it */
    uint32_t entered; /* by it, so many times more */
    uint32_t leaving; /* the Disable of which the provider tells next whether it was the last one;
                       * or NO_EVENT */
    uint32_t inside;  /* the first place (rpc_threads.h) that is in it, or 0 */
    bool support;     /* a server stub's: it is to be left as it is */
    bool crowded;     /* it was told that it was disabled while others were in it */
    bool taken_over;  /* it was adopted after its owner had ended */
    bool abandoned;   /* at the end: nobody is left who could disable it */
    uint64_t memory;  /* its memory handle */
    uint32_t pair;    /* of routines put in force in it, or 0 */
    /* blocks: in use, and marked */
    uint32_t used, marked;
    uint64_t marked_bytes;
    uint32_t last_mark; /* or NO_EVENT */
    uint32_t most_used, most_held;
    /* when most were held */
    uint32_t waiting, waiting_mark;
    uint64_t waiting_bytes;
};

struct rpc_environments {
    struct rpc_environment *list; /* [object.environment] */
    uint32_t count, room;
};

void rpc_environments_free(struct rpc_environments *environments);

struct rpc_environment *rpc_environment(const struct replay *replay, uint32_t object);

/* The live environment of this handle, of a provider that shares with this one before others', else
 * the one that was live last; or 0. */
uint32_t rpc_find_environment(struct replay *replay, uint32_t provider, uint64_t handle);

/* This event entered a new one. */
uint32_t rpc_new_environment(struct replay *replay, uint32_t event);

/* One that nobody saw begin; `unknown` is its object's state from now on. */
uint32_t rpc_meet_environment(struct replay *replay, uint32_t event, uint64_t handle);

/* It ends by this event, with its blocks: those that are not marked are told of, unless `silent`.
 */
void rpc_end_environment(struct replay *replay, uint32_t environment, uint32_t event, bool silent);

/* It is gone, and nobody saw how. */
void rpc_lose_environment(struct replay *replay, uint32_t environment);

/* ---- blocks --------------------------------------------------------------------------------- */

/* What is at this address now, or was last: memory of any family; or 0. */
uint32_t rpc_memory_at(const struct replay *replay, uint64_t address);

/* This event handed out a block, in this environment (0: not known). */
uint32_t rpc_new_block(struct replay *replay, uint32_t event, uint32_t environment);

/* A live block is to be released with its environment. */
void rpc_mark(struct replay *replay, uint32_t block, uint32_t event);

/* A live block is given back: by its own function, by another one, or nobody knows how. */
void rpc_release_block(struct replay *replay, uint32_t block, uint32_t event);
void rpc_release_block_elsewhere(struct replay *replay, uint32_t block, uint32_t event);
void rpc_lose_block(struct replay *replay, uint32_t block);

/* Of an environment that ends, or is live at the end: did its blocks pile up? */
void rpc_judge_growth(struct replay *replay, uint32_t environment);

#endif
