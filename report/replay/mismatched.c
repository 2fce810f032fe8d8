/* SPDX-License-Identifier: MIT */
#include "mismatched.h"

#include "blocks.h"
#include "evidence.h"
#include "layers.h"
#include "rpc.h"
#include "wts_buffers.h"

/* Calls of RPC stub memory may leave by an exception: what came of one is known there. */
static enum rpc_outcome outcome_of(const struct replay *replay, uint32_t number)
{
    const struct trace_event *event = &replay->trace->events[number];

    if (event->function->family == SCA_FAMILY_RPC && replay->rpc)
        return rpc_outcome(replay, number);
    if (pending(event))
        return RPC_LOST;
    return succeeded(event) ? RPC_DONE : RPC_FAILED;
}

/* A provider that has its blocks from another one has the same address in its own books. */
static void release_all(struct replay *replay, uint32_t number, uint32_t object)
{
    struct objects *objects = &replay->objects;
    struct object_key key = objects_key(objects, 0, SCA_KIND_NONE, objects->records[object].value);

    do {
        objects->records[object].flags |= OBJECT_EXCUSED | OBJECT_MISGIVEN;
        if (objects->records[object].kind == SCA_KIND_RPC_BLOCK)
            rpc_release_block_elsewhere(replay, object, number);
        else
            replay_release_elsewhere(replay, object, number);
        object = objects_find_memory(objects, &key);
    } while (objects->records[object].state == OBJECT_LIVE);
}

void mismatched_given(struct replay *replay, uint32_t number, uint32_t object)
{
    struct object *block = &replay->objects.records[object];

    switch (outcome_of(replay, number)) {
    case RPC_FAILED:
        block->incident = (uint32_t)replay->incidents_count;
        break;
    case RPC_LOST:
        block->flags |= OBJECT_EXCUSED;
        block->attempt = number;
        break;
    case RPC_DONE:
        release_all(replay, number, object);
        break;
    }
}

bool mismatched_free(struct replay *replay, uint32_t number)
{
    const struct trace_event *event = &replay->trace->events[number];
    struct object_key key = objects_key(&replay->objects, 0, SCA_KIND_NONE, event->object);
    uint32_t object = layers_top(replay, objects_find_memory(&replay->objects, &key));
    struct object *block = &replay->objects.records[object];
    struct incident *incident;

    if (!event->object || block->state != OBJECT_LIVE ||
        block->kind == event->function->effects[event->effect].kind)
        return false;
    /* Something that is missing may have given it back; and what its provider does with it is its
     * own affair. */
    if (!replay->trace->complete || blocks_are_provided(replay, event, object))
        return true;
    if (wts_buffers_made_up(replay, object)) {
        if (outcome_of(replay, number) == RPC_DONE)
            release_all(replay, number, object);
        return true;
    }
    incident = blame(replay, RULE_MISMATCHED_FREE, block, number);
    if (block->flags & OBJECT_MARKED) {
        incident->rule = RULE_DOUBLE_FREE;
        incident->events[STORY_RELEASED] = block->attempt;
    }
    if (outcome_of(replay, number) == RPC_FAILED)
        incident->detail |= DETAIL_CALL_FAILED;
    if (has_blind_spot(replay->trace, event->provider) ||
        blocks_are_uncertain(replay, block->provider))
        incident->severity = SEVERITY_NOTE; /* given back there, it may be another one by now */
    mismatched_given(replay, number, object);
    return true;
}
