/* SPDX-License-Identifier: MIT */
#include "release.h"

#include <stddef.h>

#include "allocator.h"
#include "options.h"
#include "providers.h"
#include "quarantine.h"
#include "trace_format.h"

/* By the innermost call under way on this thread, until the free() of it has come. */
static _Thread_local const void *awaited;
static _Atomic bool seen[SCA_PROVIDERS + 1]; /* one free() of it at least */
static _Atomic bool some_unseen;
static _Atomic uint32_t unproven; /* calls under way of providers that are not among the seen */

struct sca_release sca_release_begin(const void *block, uint16_t provider)
{
    struct sca_release release = {.block = block,
                                  .found = SCA_BLOCK_NONE,
                                  .outer = awaited,
                                  .provider = provider,
                                  .unproven = !atomic_load(&seen[provider])};

    if (SCA_UNLIKELY(release.unproven)) /* before the block is RELEASING for others */
        atomic_fetch_add(&unproven, 1);
    while ((release.found = sca_filter_get(block)) == SCA_BLOCK_LIVE &&
           !sca_filter_move(block, SCA_BLOCK_LIVE, SCA_BLOCK_RELEASING))
        ;
    if (release.found == SCA_BLOCK_QUARANTINED)
        release.size = sca_usable_size((void *)(uintptr_t)block);
    awaited = block;
    return release;
}

unsigned sca_release_flags(const struct sca_release *release)
{
    if (release->found == SCA_BLOCK_QUARANTINED)
        return SCA_CALL_QUARANTINED | (sca_options.absorb ? SCA_CALL_ABSORBED : 0);
    if (release->found == SCA_BLOCK_RELEASING && release->outer != release->block)
        return SCA_CALL_RELEASING;
    return 0;
}

void sca_release_unrecorded(void)
{
    awaited = NULL;
}

static bool end_of_live(const struct sca_release *release, bool succeeded)
{
    if (!succeeded) {
        sca_filter_move(release->block, SCA_BLOCK_RELEASING, SCA_BLOCK_LIVE);
        return true;
    }
    if (!sca_filter_move(release->block, SCA_BLOCK_RELEASING, SCA_BLOCK_NONE))
        return true;
    atomic_store(&some_unseen, true);
    return false;
}

static bool end_of_any(const struct sca_release *release, bool succeeded, bool was_seen)
{
    if (release->found == SCA_BLOCK_LIVE)
        return end_of_live(release, succeeded);
    /* Freed unseen, it is not to be freed again when it leaves the quarantine. */
    return release->found != SCA_BLOCK_QUARANTINED || !succeeded || was_seen ||
           !sca_quarantine_drop(release->block, release->size);
}

bool sca_release_end(const struct sca_release *release, bool succeeded)
{
    bool was_seen = awaited != release->block;
    bool result;

    awaited = was_seen && release->outer == release->block ? NULL : release->outer;
    result = end_of_any(release, succeeded, was_seen);
    if (SCA_UNLIKELY(release->unproven)) {
        if (was_seen)
            atomic_store(&seen[release->provider], true);
        atomic_fetch_sub(&unproven, 1); /* once the block is not RELEASING any more */
    }
    return result;
}

bool sca_release_awaits(const void *block)
{
    return awaited == block;
}

void sca_release_seen(void)
{
    awaited = NULL;
}

bool sca_release_sees_all(void)
{
    return atomic_load(&unproven) == 0 && !atomic_load_explicit(&some_unseen, memory_order_relaxed);
}
