/* SPDX-License-Identifier: MIT */
#include "rpc_pairs.h"

#include <stdlib.h>

#include "evidence.h"
#include "report/base/memory.h"
#include "rpc.h"

void rpc_pairs_free(struct rpc_pairs *pairs)
{
    free(pairs->list);
}

/* Where it is kept which pair is in force there. */
static uint32_t *pair_at(const struct replay *replay, struct rpc_place *place)
{
    return place->where == RPC_INSIDE ? &rpc_environment(replay, place->environment)->pair
                                      : &place->pair;
}

bool rpc_pairs_is_custom(const struct replay *replay, const struct rpc_place *place)
{
    uint32_t in_force = place->where == RPC_INSIDE
                            ? rpc_environment(replay, place->environment)->pair
                            : place->pair;

    return in_force && replay->rpc->pairs.list[in_force].custom;
}

static struct rpc_pair *get_pair(struct replay *replay, struct rpc_place *place)
{
    struct rpc_pairs *pairs = &replay->rpc->pairs;
    uint32_t *in_force = pair_at(replay, place);

    if (!*in_force) {
        GROW(pairs->list, pairs->count, pairs->room);
        pairs->count += pairs->count == 0;
        GROW(pairs->list, pairs->count, pairs->room);
        *in_force = (uint32_t)pairs->count;
        pairs->list[pairs->count++] = (struct rpc_pair){
            .swapped = NO_EVENT,
            .environment = place->where == RPC_INSIDE ? place->environment : 0,
            .thread = place->thread,
        };
    }
    return &pairs->list[*in_force];
}

void rpc_pairs_doubt(struct replay *replay, struct rpc_place *place)
{
    get_pair(replay, place)->doubtful = true;
}

bool rpc_pairs_in_doubt(const struct replay *replay, uint32_t thread)
{
    const struct rpc_threads *threads = &replay->rpc->threads;
    uint32_t i = threads->list[thread].place;

    while (i &&
           !(threads->places[i].pair && replay->rpc->pairs.list[threads->places[i].pair].doubtful))
        i = threads->places[i].next;
    return i;
}

void rpc_pairs_put(struct replay *replay, uint32_t number, struct rpc_place *place)
{
    const struct trace_event *event = &replay->trace->events[number];
    struct rpc_pair *pair = get_pair(replay, place);

    pair->free = event->object;
    pair->allocate = event->companion;
    pair->restored = pair->swapped != NO_EVENT && pair->free == pair->old_free &&
                     pair->allocate == pair->old_allocate;
    if (pair->swapped == NO_EVENT)
        pair->old_custom = pair->custom;
    pair->custom = !pair->restored || pair->old_custom;
    if (pair->restored)
        pair->swapped = NO_EVENT;
}

void rpc_pairs_replaced(struct replay *replay, uint32_t number, struct rpc_place *place)
{
    const struct trace_event *event = &replay->trace->events[number];
    uint32_t in_force = *pair_at(replay, place);
    struct rpc_pair *pair;

    if (!in_force)
        return;
    pair = &replay->rpc->pairs.list[in_force];
    if (pair->swapped != NO_EVENT || pair->restored ||
        (pair->free == event->object && pair->allocate == event->companion))
        return;
    pair->old_free = event->object;
    pair->old_allocate = event->companion;
    pair->swapped = number;
}

/* The thread is gone, or the process ended because it chose to. */
static bool is_final(const struct replay *replay, const struct rpc_pair *pair)
{
    return replay->ending <= ENDING_QUICK_EXIT || replay->trace->threads[pair->thread].ended;
}

void rpc_pairs_end(struct replay *replay)
{
    const struct rpc_pairs *pairs = &replay->rpc->pairs;
    const struct object *records = replay->objects.records;

    for (size_t i = 1; i < pairs->count && replay->trace->complete; i++) {
        const struct rpc_pair *pair = &pairs->list[i];

        if (pair->swapped == NO_EVENT || pair->doubtful || !is_final(replay, pair) ||
            (pair->environment && records[pair->environment].state != OBJECT_LIVE))
            continue;
        replay_incident(replay, RULE_ALLOCATOR_NOT_RESTORED, SCA_KIND_RPC_CLIENT_PAIR,
                        replay->trace->events[pair->swapped].provider)
            ->events[STORY_ACQUIRED] = pair->swapped;
    }
}
