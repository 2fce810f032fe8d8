/* SPDX-License-Identifier: MIT */
/*
 * Memory blocks, whoever handed them out: what is wrong with giving one back. For the contracts of
 * the families that have blocks, and of the allocator.
 *
 * What was freed stays in quarantine for a while. A call that is given such a block says so: then
 * it is a second free beyond doubt. Later the address may be the program's own again. To free that
 * here is as wrong, but what it is called then is a guess.
 */
#ifndef REPORT_BLOCKS_H
#define REPORT_BLOCKS_H

#include "replay.h"

/*
 * A block that the books have as live is given back. Does the call say that it had been freed? Then
 * a double-free is told, the books are put right, and nothing more is to be said of the call.
 */
bool blocks_freed_before(struct replay *replay, uint32_t event, uint32_t block);

/* A block that was given back is given back again. */
void blocks_freed_again(struct replay *replay, uint32_t event, uint32_t block);

/* An address is given back that is no live block of the call's provider. */
void blocks_freed_unknown(struct replay *replay, uint32_t event);

/* The live block of any family in which an address lies, else one that was released; 0: neither. */
uint32_t blocks_enclosing(const struct replay *replay, uint64_t address);

/* An address inside this block is given back. */
struct incident *blocks_freed_inside(struct replay *replay, uint32_t event, uint32_t block);

/*
 * Did a provider that has the block in its books make this call? Then the program got there by a
 * way that nobody watches, or by a function that frees blocks as well, and nothing is wrong with
 * that.
 */
bool blocks_are_provided(const struct replay *replay, const struct trace_event *event,
                         uint32_t block);

/* May a block have been handed out unseen, by the process or an ancestor? */
bool blocks_are_uncertain(const struct replay *replay, uint32_t provider);

/* A live or inherited block is given to the allocator, past its own deallocator. */
void blocks_freed_elsewhere(struct replay *replay, uint32_t event, uint32_t block);

/* A block was written to after it had been freed. */
void blocks_damaged(struct replay *replay, uint32_t event, uint32_t block);

#endif
