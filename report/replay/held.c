/* SPDX-License-Identifier: MIT */
#include "held.h"

#include <stdlib.h>

#include "contract.h"
#include "evidence.h"
#include "layers.h"
#include "lsa.h"
#include "report/base/memory.h"
#include "rpc.h"
#include "transactions.h"

/* Held from one place, with none given back: what makes a leak probable before the end. */
#define GROWTH 3

/* What an object ends with, or NULL. */
static const struct object *ends_with(const struct replay *replay, const struct object *object)
{
    return object->parent &&
                   (contract_pcsc.ends_with_parent[object->kind] || sca_is_pooled(object->kind))
               ? &replay->objects.records[object->parent]
               : NULL;
}

/*
 * Was all done that can be? A release that failed after a child had used the session says nothing,
 * and a child may go on with what a process held that is gone without a trace of its end, and may
 * end a transaction. A context can be released whatever became of pcscd, but nothing else of it.
 */
static bool excused(const struct replay *replay, const struct object *object)
{
    const struct objects *objects = &replay->objects;
    unsigned session = object->kind == SCA_KIND_AUTOALLOCATE ? 0 : object->flags;

    if (object->flags & OBJECT_EXCUSED)
        return true;
    if (object->kind == SCA_KIND_TRANSACTION && transactions_uncertain(replay, object))
        return true;
    for (const struct object *parent = object; (parent = ends_with(replay, parent));)
        session |=
            parent->flags |
            objects->records[layers_top(replay, (uint32_t)(parent - objects->records))].flags;
    return (session & OBJECT_CUT_OFF && object->kind != SCA_KIND_CONTEXT) ||
           (session & OBJECT_SHARED &&
            (object->attempt != NO_EVENT || object->kind == SCA_KIND_TRANSACTION ||
             replay->ending == ENDING_UNKNOWN));
}

/* Is its release in flight, or was all done that can be? */
static bool is_settled(const struct replay *replay, const struct object *object)
{
    return excused(replay, object) ||
           (object->attempt != NO_EVENT && pending(&replay->trace->events[object->attempt]));
}

/* A channel that is left is closed with its server, by some providers. */
static bool is_server_closing(const struct replay *replay, const struct object *object)
{
    const struct object *server = &replay->objects.records[object->parent];

    return object->kind == SCA_KIND_WTS_CHANNEL && server->attempt != NO_EVENT &&
           pending(&replay->trace->events[server->attempt]);
}

/* Is this object held for want of a release? Not if it is ending, or gone, with its parent. */
static bool held(const struct replay *replay, const struct object *object)
{
    if (object->state != OBJECT_LIVE || is_server_closing(replay, object) ||
        rpc_excused(replay, (uint32_t)(object - replay->objects.records)))
        return false;
    for (; object; object = ends_with(replay, object))
        if (is_settled(replay, object))
            return false;
    return true;
}

/* Of two in the books of providers that call one another, only that one is told of. */
static const struct object *as_the_program_has_it(const struct replay *replay, uint32_t object)
{
    return &replay->objects.records[layers_top(replay, object)];
}

static enum rule_id leak_of(const struct object *object)
{
    static const enum rule_id leak[SCA_KIND_COUNT] = {
        [SCA_KIND_CONTEXT] = RULE_CONTEXT_LEAK,
        [SCA_KIND_CARD_HANDLE] = RULE_HANDLE_LEAK,
        [SCA_KIND_TRANSACTION] = RULE_TRANSACTION_LEAK,
        [SCA_KIND_AUTOALLOCATE] = RULE_AUTOALLOCATE_LEAK,
        [SCA_KIND_RPC_ENVIRONMENT] = RULE_RPC_ENVIRONMENT_LEAK,
        [SCA_KIND_RPC_BLOCK] = RULE_RPC_BLOCK_LEAK,
        [SCA_KIND_WTS_BUFFER] = RULE_WTS_BUFFER_LEAK,
        [SCA_KIND_WTS_SERVER] = RULE_WTS_HANDLE_LEAK,
        [SCA_KIND_WTS_CHANNEL] = RULE_WTS_HANDLE_LEAK,
        [SCA_KIND_WTS_NOTIFICATION] = RULE_WTS_HANDLE_LEAK,
        [SCA_KIND_LSA_SECTION] = RULE_LSA_SECTION_LEAK,
        [SCA_KIND_LSA_BLOCK] = RULE_LSA_BLOCK_LEAK,
        [SCA_KIND_LSA_HEAP_BLOCK] = RULE_LSA_BLOCK_LEAK,
    };

    return object->flags & OBJECT_MARKED ? RULE_RPC_DEFERRED_LEAK : leak[object->kind];
}

/* Was the release tried, and did it fail? */
static bool was_tried(const struct object *object)
{
    return object->attempt != NO_EVENT && !(object->flags & OBJECT_MARKED);
}

static void report_held(struct replay *replay, struct object *object)
{
    const struct object *parent = as_the_program_has_it(replay, object->parent);
    const struct siblings *siblings = replay_siblings(replay, object);
    bool growth = object->stack && siblings->held >= GROWTH && siblings->held == siblings->acquired;
    bool abandoned = rpc_abandoned(replay, object);
    bool finished = replay->ending <= ENDING_QUICK_EXIT || abandoned;
    struct incident *incident =
        blame(replay, finished ? leak_of(object) : RULE_HELD_AT_END, object, NO_EVENT);

    if (growth)
        incident->detail |= DETAIL_GROWTH;
    if (finished)
        incident->severity =
            replay->ending == ENDING_EXIT || abandoned ? SEVERITY_ERROR : SEVERITY_WARNING;
    else
        incident->severity = growth ? SEVERITY_WARNING : SEVERITY_NOTE;
    if (lsa_may_have_ended(replay->trace, object))
        incident->severity = SEVERITY_NOTE;
    if (object->kind == SCA_KIND_AUTOALLOCATE && parent->state == OBJECT_RELEASED)
        incident->detail |= DETAIL_CONTEXT_RELEASED;
    if (object->kind == SCA_KIND_WTS_CHANNEL && parent->state == OBJECT_RELEASED)
        incident->detail |= DETAIL_SERVER_CLOSED;
    if (object->kind == SCA_KIND_TRANSACTION && transactions_ended_above(replay, object))
        incident->detail |= DETAIL_ENDED_ABOVE;
    else if (was_tried(object))
        incident->detail |= DETAIL_CALL_FAILED;
    if (abandoned && object->kind == SCA_KIND_RPC_ENVIRONMENT)
        incident->detail |= DETAIL_THREAD_ENDED;
    if (object->flags & OBJECT_MARKED)
        incident->events[STORY_RELEASED] = object->attempt;
    incident->cause = object->incident;
    if (!incident->cause && object->kind != SCA_KIND_WTS_CHANNEL) /* that a server does not end */
        incident->cause = parent->incident;
    object->incident = (uint32_t)replay->incidents_count;
}

void held_left_behind(struct replay *replay, uint32_t environment)
{
    struct object *records = replay->objects.records;

    if (!held(replay, &records[environment]))
        return;
    rpc_environment(replay, environment)->abandoned = true;
    report_held(replay, &records[environment]);
    for (uint32_t block = records[environment].child; block; block = records[block].next)
        if (held(replay, &records[block]))
            report_held(replay, &records[block]);
}

static void report_implicit(struct replay *replay, struct object *object)
{
    const struct trace_event *events = replay->trace->events;
    const struct object *parent = as_the_program_has_it(replay, object->parent);
    struct incident *incident;

    if (object->flags & OBJECT_TOLD || excused(replay, object))
        return;
    if (object->attempt != NO_EVENT && !before(&events[object->attempt], &events[object->ended]))
        return; /* its own release was under way */
    incident = blame(replay, RULE_IMPLICIT_RELEASE, object, NO_EVENT);
    if (object->kind == SCA_KIND_TRANSACTION && transactions_ended_above(replay, object))
        incident->detail |= DETAIL_ENDED_ABOVE;
    else if (object->attempt != NO_EVENT)
        incident->detail |= DETAIL_CALL_FAILED;
    incident->events[STORY_RELEASED] = object->ended;
    if (parent->state == OBJECT_ENDED)
        incident->cause = parent->incident;
    object->incident = (uint32_t)replay->incidents_count;
}

void held_judge(struct replay *replay)
{
    struct objects *objects = &replay->objects;
    struct object **left = NULL; /* held, or ended with their parent */
    size_t count = 0, room = 0;

    for (uint32_t i = 1; i < objects->count; i++) {
        struct object *object = &objects->records[i];
        bool is_held = held(replay, object);

        if (is_held)
            replay_siblings(replay, object)->held++;
        if ((!is_held && object->state != OBJECT_ENDED) || layers_covers(replay, i))
            continue;
        GROW(left, count, room);
        left[count++] = object;
    }
    /* Contexts first, then card handles, and environments and sections before their blocks: what
     * they hold names their leak as its cause. */
    for (unsigned kind = 0; kind < SCA_KIND_COUNT; kind++)
        for (size_t i = 0; i < count; i++) {
            if (left[i]->kind != kind)
                continue;
            if (left[i]->state == OBJECT_ENDED)
                report_implicit(replay, left[i]);
            else
                report_held(replay, left[i]);
        }
    free(left);
}
