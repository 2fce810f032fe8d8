/* SPDX-License-Identifier: MIT */
#include "rpc_threads.h"

#include <stdlib.h>

#include "evidence.h"
#include "report/base/memory.h"
#include "rpc.h"

static struct rpc_threads *threads_of(const struct replay *replay)
{
    return &replay->rpc->threads;
}

/* ---- providers ------------------------------------------------------------------------------ */

static bool is_rpc(const struct trace *trace, size_t provider)
{
    return trace->providers[provider].family & SCA_FAMILY_RPC && trace->providers[provider].module;
}

/* [module]: the provider whose it is. One that was loaded again has another number, and the same
 * path. */
static uint16_t *modules_of_providers(const struct trace *trace)
{
    uint16_t *found = xcalloc(trace->modules_count, sizeof *found);
    uint16_t providers[RPC_PROVIDERS];
    size_t count = 0;

    for (size_t i = 1; i < trace->providers_count && count < RPC_PROVIDERS; i++)
        if (is_rpc(trace, i))
            providers[count++] = (uint16_t)i;
    for (size_t i = 1; i < trace->modules_count; i++)
        for (size_t j = 0; j < count && !found[i]; j++)
            if (same_module(trace, (uint32_t)i, trace->providers[providers[j]].module))
                found[i] = providers[j];
    return found;
}

void rpc_threads_init(struct rpc_threads *threads, const struct replay *replay)
{
    const struct trace *trace = replay->trace;
    uint16_t *modules = modules_of_providers(trace);

    threads->list = xcalloc(trace->threads_count, sizeof *threads->list);
    threads->callers = xcalloc(trace->stacks_count, sizeof *threads->callers);
    threads->slots = xcalloc(trace->providers_count, sizeof *threads->slots);
    for (size_t i = 0; i < trace->stacks_count; i++)
        if (trace->stacks[i].count)
            threads->callers[i] = modules[trace->stacks[i].frames[0].module];
    for (size_t i = 0; i < trace->threads_count; i++)
        threads->list[i].call = threads->list[i].client = NO_EVENT;
    for (size_t i = 0; i < trace->events_count && i < NO_EVENT; i++)
        if (!threads->callers[trace->events[i].stack])
            threads->list[trace->events[i].thread].last = (uint32_t)i;
    free(modules);
}

void rpc_threads_free(struct rpc_threads *threads)
{
    free(threads->list);
    free(threads->places);
    free(threads->callers);
    free(threads->slots);
}

uint16_t rpc_caller(const struct replay *replay, const struct trace_event *event)
{
    return threads_of(replay)->callers[event->stack];
}

unsigned rpc_slot(struct replay *replay, uint32_t provider)
{
    struct rpc_threads *threads = threads_of(replay);
    uint8_t *slot = &threads->slots[provider];

    if (*slot)
        return *slot - 1U;
    if (threads->slots_count == RPC_PROVIDERS) {
        *slot = RPC_PROVIDERS;
    } else {
        threads->providers[threads->slots_count] = (uint16_t)provider;
        threads->groups[threads->slots_count] = (uint8_t)threads->slots_count;
        *slot = (uint8_t)++threads->slots_count;
    }
    return *slot - 1U;
}

bool rpc_share(struct replay *replay, uint32_t provider, uint32_t other)
{
    const uint8_t *groups = threads_of(replay)->groups;

    return groups[rpc_slot(replay, provider)] == groups[rpc_slot(replay, other)];
}

void rpc_learn_sharing(struct replay *replay, uint32_t provider, uint32_t other)
{
    struct rpc_threads *threads = threads_of(replay);
    uint8_t kept = threads->groups[rpc_slot(replay, other)];
    uint8_t gone = threads->groups[rpc_slot(replay, provider)];

    for (unsigned i = 0; i < threads->slots_count; i++)
        if (threads->groups[i] == gone)
            threads->groups[i] = kept;
}

/* ---- calls ---------------------------------------------------------------------------------- */

bool rpc_is_within(const struct trace_event *outer, const struct trace_event *inner)
{
    return outer->thread == inner->thread && outer->enter <= inner->enter &&
           (pending(outer) || outer->leave >= inner->enter);
}

enum rpc_outcome rpc_outcome(const struct replay *replay, uint32_t number)
{
    const struct trace_event *event = &replay->trace->events[number];

    if (!pending(event))
        return succeeded(event) ? RPC_DONE : RPC_FAILED;
    return threads_of(replay)->list[event->thread].last > number ||
                   replay->trace->threads[event->thread].ended > event->enter
               ? RPC_FAILED
               : RPC_LOST;
}

bool rpc_has_ended(const struct replay *replay, uint32_t thread, uint32_t number)
{
    uint64_t ended = replay->trace->threads[thread].ended;

    return ended && ended < replay->trace->events[number].enter;
}

/* ---- places --------------------------------------------------------------------------------- */

bool rpc_inherits_nothing(const struct replay *replay)
{
    while (replay && replay->trace->flags & SCA_FLAG_FORKED && *replay->trace->parent_trace) {
        replay = replay->parent;
        if (replay && (replay->rpc || has_blind_spot(replay->trace, 0)))
            return false;
    }
    return replay;
}

/* What a thread is in that was not seen to enter anything. */
static enum rpc_where at_first(const struct replay *replay)
{
    return replay->trace->complete && rpc_inherits_nothing(replay) ? RPC_NOWHERE : RPC_SOMEWHERE;
}

static uint32_t new_place(struct replay *replay, uint32_t thread, unsigned slot)
{
    struct rpc_threads *threads = threads_of(replay);
    enum rpc_where first = at_first(replay);
    uint32_t number;

    GROW(threads->places, threads->places_count, threads->places_room);
    if (threads->places_count == 0)
        threads->places[threads->places_count++] = (struct rpc_place){0};
    GROW(threads->places, threads->places_count, threads->places_room);
    number = threads->places_count++;
    threads->places[number] = (struct rpc_place){.where = (uint8_t)first,
                                                 .outside = (uint8_t)first,
                                                 .slot = (uint8_t)slot,
                                                 .thread = thread,
                                                 .next = threads->list[thread].place};
    threads->list[thread].place = number;
    return number;
}

/* One thread may have several in a group, entered before they were known to share: the one that is
 * in an environment counts. */
static uint32_t find_place(struct replay *replay, uint32_t thread, unsigned slot)
{
    const struct rpc_threads *threads = threads_of(replay);
    uint32_t found = 0;

    for (uint32_t i = threads->list[thread].place; i; i = threads->places[i].next) {
        const struct rpc_place *place = &threads->places[i];

        if (threads->groups[place->slot] == threads->groups[slot] &&
            (!found || place->where > threads->places[found].where))
            found = i;
    }
    return found;
}

/* Where the thread is in a live environment of any provider; or 0. */
static uint32_t find_inside(const struct replay *replay, uint32_t thread)
{
    const struct rpc_threads *threads = threads_of(replay);
    uint32_t i = threads->list[thread].place;

    while (i && threads->places[i].where != RPC_INSIDE)
        i = threads->places[i].next;
    return i;
}

struct rpc_place *rpc_place(struct replay *replay, const struct trace_event *event, bool succeeded)
{
    struct rpc_threads *threads = threads_of(replay);
    unsigned slot = rpc_slot(replay, event->provider);
    uint32_t number = find_place(replay, event->thread, slot);
    uint32_t inside;

    if (!number)
        number = new_place(replay, event->thread, slot);
    if (succeeded && threads->places[number].where == RPC_NOWHERE &&
        (inside = find_inside(replay, event->thread))) {
        rpc_learn_sharing(replay, event->provider,
                          threads->providers[threads->places[inside].slot]);
        number = inside;
    }
    return &threads->places[number];
}

const struct rpc_place *rpc_place_of(struct replay *replay, uint32_t thread, uint32_t provider)
{
    uint32_t number = find_place(replay, thread, rpc_slot(replay, provider));

    return number ? &threads_of(replay)->places[number] : NULL;
}

bool rpc_may_be_inside(const struct replay *replay, const struct rpc_place *place)
{
    return place->where == RPC_NOWHERE && find_inside(replay, place->thread);
}

void rpc_go_outside(struct replay *replay, struct rpc_place *place)
{
    struct rpc_threads *threads = threads_of(replay);

    if (place->where == RPC_INSIDE) {
        struct rpc_environment *environment = rpc_environment(replay, place->environment);

        if (place->previous)
            threads->places[place->previous].behind = place->behind;
        else
            environment->inside = place->behind;
        if (place->behind)
            threads->places[place->behind].previous = place->previous;
    }
    place->where = place->outside;
}

void rpc_go_inside(struct replay *replay, struct rpc_place *place, uint32_t number)
{
    struct rpc_threads *threads = threads_of(replay);
    struct rpc_environment *environment = rpc_environment(replay, number);
    uint32_t self = (uint32_t)(place - threads->places);

    rpc_go_outside(replay, place);
    place->where = RPC_INSIDE;
    place->environment = number;
    place->entered = 0;
    place->adopted = environment->owner != place->thread;
    place->previous = 0;
    place->behind = environment->inside;
    if (environment->inside)
        threads->places[environment->inside].previous = self;
    environment->inside = self;
}
