/* SPDX-License-Identifier: MIT */
#include "transactions.h"

#include "evidence.h"
#include "layers.h"

/* The innermost one of this card handle, or the latest; or 0. */
static uint32_t latest(const struct replay *replay, uint32_t handle)
{
    const struct objects *objects = &replay->objects;
    const struct object *card = &objects->records[handle];
    struct object_key key = objects_key(objects, card->provider, SCA_KIND_TRANSACTION, card->value);
    uint32_t number = objects_find(objects, &key);

    return objects->records[number].parent == handle ? number : 0;
}

/* The innermost one that is open on this card handle, or 0. */
static uint32_t innermost(const struct replay *replay, uint32_t handle)
{
    uint32_t number = latest(replay, handle);

    return replay->objects.records[number].state == OBJECT_LIVE ? number : 0;
}

void transactions_end(struct replay *replay, uint32_t handle, uint32_t event)
{
    for (uint32_t number; (number = innermost(replay, handle));)
        replay_end_with_parent(replay, number, event);
}

void transactions_lose(struct replay *replay, uint32_t handle)
{
    for (uint32_t number; (number = innermost(replay, handle));)
        replay_lose(replay, number);
}

/* The card or its reader is gone, or the handle is not known any more: nothing is left that the
 * program could end. */
static bool is_lost_by(const struct trace_event *event)
{
    return failed_with(event, RESULT_REMOVED_CARD) || failed_with(event, RESULT_INVALID_HANDLE) ||
           failed_with(event, RESULT_READER_UNAVAILABLE);
}

void transactions_call_failed(struct replay *replay, uint32_t handle, uint32_t event)
{
    if (is_lost_by(&replay->trace->events[event]))
        transactions_lose(replay, handle);
}

bool transactions_end_failed(struct replay *replay, uint32_t transaction, uint32_t event)
{
    if (!failed_with(&replay->trace->events[event], RESULT_NOT_TRANSACTED))
        return false;
    transactions_lose(replay, replay->objects.records[transaction].parent);
    return true;
}

bool transactions_uncertain(const struct replay *replay, const struct object *transaction)
{
    const struct object *handle = &replay->objects.records[transaction->parent];

    return !transaction->parent || handle->acquired == NO_EVENT || handle->levels;
}

bool transactions_ended_above(const struct replay *replay, const struct object *transaction)
{
    uint32_t handle = layers_top(replay, transaction->parent);

    return handle != transaction->parent &&
           replay->objects.records[latest(replay, handle)].state == OBJECT_RELEASED;
}
