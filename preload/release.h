/* SPDX-License-Identifier: MIT */
/*
 * A block on its way back: what the deallocator of its provider and free(), which that calls sooner
 * or later, have to know of each other. Any thread, any signal handler, nothing held across the
 * real call: who never comes back from it leaves a block that is RELEASING for ever, which free()
 * then takes for what it is.
 */
#ifndef SCA_RELEASE_H
#define SCA_RELEASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "filter.h"

struct sca_release {
    const void *block;
    enum sca_block found; /* its state when the call began */
    size_t size;          /* of a block in quarantine */
    const void *outer;    /* what a call around this one is yet to free, NULL if none */
    uint16_t provider;
    bool unproven; /* no free() of this provider's was seen before */
};

/* Before the real deallocator of this provider (its number, from 1) is called. */
struct sca_release sca_release_begin(const void *block, uint16_t provider);

/* What the record of this call says of it: bits of SCA_CALL_*. */
unsigned sca_release_flags(const struct sca_release *release);

/* That call is not recorded: what free() then does is the allocator's alone. */
void sca_release_unrecorded(void);

/* After it. False: the block went back to the allocator, and free() did not see it. */
bool sca_release_end(const struct sca_release *release, bool succeeded);

/* ---- for free() ----------------------------------------------------------------------------- */

/* Does a deallocator on this thread give back this block, and has not come to it yet? */
bool sca_release_awaits(const void *block);

/* It has now. */
void sca_release_seen(void);

/* Are all blocks that are RELEASING such that free() sees them? By what is known of the providers
 * at work. */
bool sca_release_sees_all(void);

#endif
