/* SPDX-License-Identifier: MIT */
/*
 * Blocks that their provider releases together (sca_is_pooled()): known to free(), but kept in no
 * quarantine, because a block may be only a part of what the provider got from the allocator, or
 * from elsewhere. Any thread, any signal handler, nothing held across the real call.
 */
#ifndef SCA_POOLED_H
#define SCA_POOLED_H

#include "call.h"

/* Before the real call of an effect that gives a block back, or marks it, and before its record. */
void sca_pooled_begin(struct sca_call *call, const struct sca_effect *effect);

/* After it: the result to be recorded, of which this is the one so far. */
uint64_t sca_pooled_end(const struct sca_call *call, uint64_t result);

#endif
