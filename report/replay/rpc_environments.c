/* SPDX-License-Identifier: MIT */
#include "rpc_environments.h"

#include <stdlib.h>

#include "evidence.h"
#include "report/base/memory.h"
#include "rpc.h"

/* So many that are marked, by number or size, and by how much more than were ever in use, is more
 * than one request leaves behind. */
#define MANY_BLOCKS 1024
#define MANY_BYTES (1U << 20)
#define TIMES 4

void rpc_environments_free(struct rpc_environments *environments)
{
    free(environments->list);
}

struct rpc_environment *rpc_environment(const struct replay *replay, uint32_t object)
{
    return &replay->rpc->environments.list[replay->objects.records[object].environment];
}

/* Independent libraries may hand out the same handles. */
uint32_t rpc_find_environment(struct replay *replay, uint32_t provider, uint64_t handle)
{
    const struct rpc_threads *threads = &replay->rpc->threads;
    const struct object *records = replay->objects.records;
    uint32_t found = 0, live = 0;

    for (unsigned i = 0; i < threads->slots_count; i++) {
        struct object_key key =
            objects_key(&replay->objects, threads->providers[i], SCA_KIND_RPC_ENVIRONMENT, handle);
        uint32_t number = objects_find(&replay->objects, &key);

        if (number && records[number].state == OBJECT_LIVE &&
            (!live || rpc_share(replay, provider, threads->providers[i])))
            live = number;
        if (number && (!found || records[number].acquired > records[found].acquired))
            found = number;
    }
    return live ? live : found;
}

static void add(struct replay *replay, uint32_t object, uint32_t event)
{
    struct rpc_environments *environments = &replay->rpc->environments;
    const struct trace_event *entered = &replay->trace->events[event];

    GROW(environments->list, environments->count, environments->room);
    replay->objects.records[object].environment = environments->count;
    environments->list[environments->count++] = (struct rpc_environment){
        .object = object,
        .owner = entered->thread,
        .leaving = NO_EVENT,
        .support = entered->function->effects[entered->effect].owner != SCA_NOARG,
        .memory = entered->companion,
        .last_mark = NO_EVENT,
        .waiting_mark = NO_EVENT,
    };
}

static struct object_key key_of(const struct replay *replay, uint32_t event, uint64_t handle)
{
    /* Providers behind the last slot are one. */
    uint32_t provider = replay->trace->events[event].provider;
    const struct rpc_threads *threads = &replay->rpc->threads;

    return objects_key(&replay->objects, threads->providers[threads->slots[provider] - 1],
                       SCA_KIND_RPC_ENVIRONMENT, handle);
}

uint32_t rpc_new_environment(struct replay *replay, uint32_t event)
{
    struct object_key key = key_of(replay, event, replay->trace->events[event].object);
    uint32_t old = objects_find(&replay->objects, &key);
    uint32_t object = replay_acquire(replay, event, &key, old, 0);

    add(replay, object, event);
    return object;
}

uint32_t rpc_meet_environment(struct replay *replay, uint32_t event, uint64_t handle)
{
    struct object_key key = key_of(replay, event, handle);
    uint32_t object = objects_new(&replay->objects, &key, objects_find(&replay->objects, &key));

    replay->objects.records[object].state = OBJECT_UNKNOWN;
    add(replay, object, event);
    return object;
}

/* ---- blocks --------------------------------------------------------------------------------- */

uint32_t rpc_memory_at(const struct replay *replay, uint64_t address)
{
    struct object_key key = objects_key(&replay->objects, 0, SCA_KIND_NONE, address);

    return objects_find_memory(&replay->objects, &key);
}

static uint64_t size_of(const struct replay *replay, const struct object *block)
{
    return replay->trace->events[block->acquired].size;
}

uint32_t rpc_new_block(struct replay *replay, uint32_t event, uint32_t number)
{
    const struct trace_event *events = replay->trace->events;
    struct object_key key = objects_key(&replay->objects, events[event].provider,
                                        SCA_KIND_RPC_BLOCK, events[event].object);
    uint32_t old = objects_find(&replay->objects, &key);
    uint32_t object = replay_acquire(replay, event, &key, old, number);
    struct rpc_environment *environment;

    if (!number)
        return object;
    environment = rpc_environment(replay, number);
    objects_join(&replay->objects, object);
    if (++environment->used > environment->most_used)
        environment->most_used = environment->used;
    if (environment->used + environment->marked > environment->most_held) {
        environment->most_held = environment->used + environment->marked;
        environment->waiting = environment->marked;
        environment->waiting_bytes = environment->marked_bytes;
        environment->waiting_mark = environment->last_mark;
    }
    return object;
}

void rpc_mark(struct replay *replay, uint32_t number, uint32_t event)
{
    struct object *block = &replay->objects.records[number];

    block->flags |= OBJECT_MARKED;
    block->attempt = event;
    if (block->parent) {
        struct rpc_environment *environment = rpc_environment(replay, block->parent);

        environment->used--;
        environment->marked++;
        environment->marked_bytes += size_of(replay, block);
        environment->last_mark = event;
    }
}

/* It leaves its environment, which goes on: by what is done to it next. */
static void count_out(struct replay *replay, uint32_t number)
{
    const struct object *block = &replay->objects.records[number];
    struct rpc_environment *environment;

    if (!block->parent)
        return;
    environment = rpc_environment(replay, block->parent);
    if (block->flags & OBJECT_MARKED) {
        environment->marked--;
        environment->marked_bytes -= size_of(replay, block);
    } else {
        environment->used--;
    }
}

void rpc_release_block(struct replay *replay, uint32_t block, uint32_t event)
{
    count_out(replay, block);
    replay_release(replay, block, event);
}

void rpc_release_block_elsewhere(struct replay *replay, uint32_t block, uint32_t event)
{
    count_out(replay, block);
    replay_release_elsewhere(replay, block, event);
}

void rpc_lose_block(struct replay *replay, uint32_t block)
{
    count_out(replay, block);
    replay_lose(replay, block);
}

/* ---- the end of an environment -------------------------------------------------------------- */

static bool has_piled_up(const struct rpc_environment *environment)
{
    return environment->waiting_mark != NO_EVENT &&
           environment->most_held / TIMES >= environment->most_used &&
           (environment->waiting >= MANY_BLOCKS || environment->waiting_bytes >= MANY_BYTES);
}

void rpc_judge_growth(struct replay *replay, uint32_t number)
{
    struct object *object = &replay->objects.records[number];
    const struct rpc_environment *environment = rpc_environment(replay, number);
    struct incident *incident;

    if (!replay->trace->complete || !has_piled_up(environment) ||
        replay->rpc->threads.releases_at_once[rpc_slot(replay, object->provider)])
        return;
    incident = blame(replay, RULE_RPC_DEFERRED_GROWTH, object, environment->waiting_mark);
    incident->live = environment->waiting;
    incident->bytes = environment->waiting_bytes;
}

/* The block ends with it, by this event. Who marked it had done what there is to do. */
static void end_block(struct replay *replay, uint32_t number, uint32_t event, bool silent)
{
    struct object *block = &replay->objects.records[number];

    if (block->flags & OBJECT_MARKED) {
        uint32_t mark = block->attempt;

        replay_release(replay, number, event);
        replay_siblings(replay, block)->last_release = mark;
        return;
    }
    if (!silent && !(block->flags & (OBJECT_EXCUSED | OBJECT_TOLD))) {
        blame(replay, RULE_IMPLICIT_RELEASE, block, NO_EVENT)->events[STORY_RELEASED] = event;
        block->incident = (uint32_t)replay->incidents_count;
    }
    replay_end_with_parent(replay, number, event);
    block->state = OBJECT_RELEASED; /* its story is told */
}

static void empty(struct replay *replay, uint32_t number)
{
    struct rpc_environment *environment = rpc_environment(replay, number);

    environment->used = environment->marked = 0;
    environment->marked_bytes = 0;
    while (environment->inside)
        rpc_go_outside(replay, &replay->rpc->threads.places[environment->inside]);
}

void rpc_end_environment(struct replay *replay, uint32_t number, uint32_t event, bool silent)
{
    uint32_t next;

    rpc_judge_growth(replay, number);
    for (uint32_t block = replay->objects.records[number].child; block; block = next) {
        next = replay->objects.records[block].next;
        end_block(replay, block, event, silent || !replay->trace->complete);
    }
    empty(replay, number);
    replay_release(replay, number, event);
}

void rpc_lose_environment(struct replay *replay, uint32_t number)
{
    uint32_t next;

    for (uint32_t block = replay->objects.records[number].child; block; block = next) {
        next = replay->objects.records[block].next;
        replay_lose(replay, block);
    }
    empty(replay, number);
    replay_lose(replay, number);
}
