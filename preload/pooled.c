/* SPDX-License-Identifier: MIT */
#include "pooled.h"

#include "filter.h"
#include "heap_watch.h"

/* The block is not to be freed now, or may be only a part of what is. It may be another family's.
 */
void sca_pooled_begin(struct sca_call *call, const struct sca_effect *effect)
{
    const void *block = (const void *)call->args[effect->arg];
    bool found;

    if (sca_filter_get(block) == SCA_BLOCK_QUARANTINED)
        call->flags |= SCA_CALL_QUARANTINED;
    if (effect->type == SCA_RELEASE)
        found = sca_filter_move(block, SCA_BLOCK_POOLED, SCA_BLOCK_NONE);
    else
        found = sca_filter_get(block) == SCA_BLOCK_POOLED;
    if (found)
        call->pooled = effect;
}

/* The block went to the allocator at once, or did not go back at all. */
uint64_t sca_pooled_end(const struct sca_call *call, uint64_t result)
{
    const struct sca_effect *effect = call->pooled;
    const void *block;

    if (!effect)
        return result;
    block = (const void *)call->args[effect->arg];
    if (effect->type == SCA_MARK && sca_filter_get(block) != SCA_BLOCK_POOLED)
        return result | SCA_RESULT_FREED;
    if (effect->type == SCA_RELEASE && !sca_succeeded(call->row, result))
        sca_heap_watch(call->thread, block, SCA_BLOCK_POOLED);
    return result;
}
