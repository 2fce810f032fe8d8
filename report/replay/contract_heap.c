/* SPDX-License-Identifier: MIT */
/*
 * The allocator: free(), realloc() and delete, recorded where they were given a block that has a
 * deallocator of its own, or that was freed before. Nothing is handed out here, and the kind of the
 * effects is none: what they name is whatever memory lies at the address.
 */
#include "blocks.h"
#include "contract.h"
#include "layers.h"
#include "lsa.h"
#include "rpc.h"

enum action { ACTION_NONE, ACTION_FREE, ACTION_FREE_AGAIN, ACTION_DAMAGE };

static void act(struct replay *replay, unsigned action, uint32_t event, uint32_t block)
{
    if (!block)
        return; /* that it was handed out is missing */
    if (rpc_freed(replay, event, block) || lsa_has_gone(replay, block))
        return;
    block = layers_top(replay, block);
    switch ((enum action)action) {
    case ACTION_FREE:
        if (!blocks_freed_before(replay, event, block))
            blocks_freed_elsewhere(replay, event, block);
        break;
    case ACTION_FREE_AGAIN:
        blocks_freed_again(replay, event, block);
        break;
    case ACTION_DAMAGE:
        blocks_damaged(replay, event, block);
        break;
    case ACTION_NONE:
        break;
    }
}

#define STAY OBJECT_NONE

/* A reallocation that failed left the block as it was; act() moves those that are given back. */
#define GIVEN_BACK                                                                                 \
    {                                                                                              \
        [ON_RELEASE] = {STAY, ACTION_FREE}, [ON_RELEASE_FAILED] = {STAY, ACTION_FREE},             \
        [ON_DAMAGE] = {STAY, ACTION_DAMAGE},                                                       \
    }

const struct contract contract_heap = {
    .table = {[SCA_KIND_NONE] = {[OBJECT_NONE] = GIVEN_BACK,
                                 [OBJECT_INHERITED] = GIVEN_BACK,
                                 [OBJECT_LIVE] = GIVEN_BACK,
                                 [OBJECT_RELEASED] =
                                     {
                                         [ON_RELEASE] = {STAY, ACTION_FREE_AGAIN},
                                         [ON_RELEASE_FAILED] = {STAY, ACTION_FREE_AGAIN},
                                         [ON_DAMAGE] = {STAY, ACTION_DAMAGE},
                                     }}},
    .act = act,
};
