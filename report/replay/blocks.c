/* SPDX-License-Identifier: MIT */
#include "blocks.h"

#include "evidence.h"
#include "inheritance.h"
#include "layers.h"
#include "mismatched.h"
#include "wts_buffers.h"

#define FREED_BEFORE (SCA_CALL_QUARANTINED | SCA_CALL_RELEASING)

/* How far in front of an address the block is looked for that it lies in, and in how many. */
#define FARTHEST 4096
#define CANDIDATES 16

static bool is_allocators(const struct trace_event *event)
{
    return event->function->family == SCA_FAMILY_HEAP;
}

/* A reallocation in place: the block is the program's own, at the same address. */
static bool took_over(const struct trace_event *event, const struct object *block)
{
    return event->result == block->value &&
           (event->function == &sca_functions[SCA_FN_realloc] ||
            event->function == &sca_functions[SCA_FN_reallocarray]);
}

static bool failed(const struct trace_event *event)
{
    return !pending(event) && !succeeded(event);
}

static const struct trace_event *ended_by(struct replay *replay, const struct object *block)
{
    if (block->flags & OBJECT_ENDED_BEFORE)
        replay = replay_ancestor(replay, block->levels);
    return &replay->trace->events[block->ended];
}

bool blocks_are_provided(const struct replay *replay, const struct trace_event *event,
                         uint32_t object)
{
    const struct trace *trace = replay->trace;
    const struct trace_stack *stack = &trace->stacks[event->stack];

    for (object = layers_top(replay, object); object; object = layers_below(replay, object)) {
        uint32_t module = trace->providers[replay->objects.records[object].provider].module;

        if (module && stack->count && same_module(trace, stack->frames[0].module, module))
            return true;
    }
    return false;
}

/* Providers have other numbers in an ancestor: of that those objects count that may have called any
 * of them. */
bool blocks_are_uncertain(const struct replay *replay, uint32_t provider)
{
    for (const struct replay *ancestor = replay->parent; ancestor; ancestor = ancestor->parent)
        if (has_blind_spot(ancestor->trace, 0))
            return true;
    return has_blind_spot(replay->trace, provider);
}

static unsigned story_detail(const struct object *block)
{
    return block->flags & OBJECT_ENDED_BEFORE ? DETAIL_RELEASED_BEFORE_FORK : 0;
}

/* ---- freed twice ---------------------------------------------------------------------------- */

static struct incident *double_free(struct replay *replay, uint32_t number, struct object *block)
{
    const struct trace_event *event = &replay->trace->events[number];
    struct incident *incident = blame(replay, RULE_DOUBLE_FREE, block, number);

    incident->events[STORY_RELEASED] = block->ended;
    incident->detail |= story_detail(block);
    if (event->flags & SCA_CALL_ABSORBED)
        incident->detail |= DETAIL_ABSORBED;
    else if (failed(event))
        incident->detail |= DETAIL_CALL_FAILED;
    return incident;
}

bool blocks_freed_before(struct replay *replay, uint32_t number, uint32_t object)
{
    const struct trace_event *events = replay->trace->events;
    struct object *block = &replay->objects.records[object];
    bool in_flight;

    if (!(events[number].flags & FREED_BEFORE))
        return false;
    in_flight = block->attempt != NO_EVENT && pending(&events[block->attempt]);
    /* The release that was under way may have failed: then this one is the first. */
    if (!(events[number].flags & SCA_CALL_QUARANTINED) && !in_flight)
        return false;
    if (block->state != OBJECT_LIVE)
        block->state = OBJECT_UNKNOWN;
    else if (in_flight)
        replay_release(replay, object, block->attempt); /* though it never came back */
    else
        replay_lose(replay, object);
    double_free(replay, number, block);
    return true;
}

void blocks_freed_again(struct replay *replay, uint32_t number, uint32_t object)
{
    const struct trace *trace = replay->trace;
    const struct trace_event *event = &trace->events[number];
    struct object *block = &replay->objects.records[object];
    const struct trace_event *first = ended_by(replay, block);
    bool before_fork = block->flags & OBJECT_ENDED_BEFORE;
    struct incident *incident;

    if (!(event->flags & FREED_BEFORE) && !trace->complete)
        return; /* it may have been handed out again */
    if (!(event->flags & SCA_CALL_QUARANTINED) && block->flags & OBJECT_MISGIVEN)
        return; /* this may be the first one that frees it */
    if (!(event->flags & FREED_BEFORE) && is_allocators(event) &&
        blocks_are_provided(replay, event, object))
        return; /* inside that call: another one that failed had made the block live meanwhile */
    if (event->flags & FREED_BEFORE || (is_allocators(event) && !before_fork)) {
        double_free(replay, number, block);
        return;
    }
    if (!before(first, event) || took_over(first, block))
        return;
    incident = double_free(replay, number, block);
    incident->detail |= DETAIL_REUSED;
    /* A raw clone is dated when the child makes its first call: the copy may have been live. */
    if (before_fork || blocks_are_uncertain(replay, event->provider))
        incident->severity = SEVERITY_NOTE;
}

/* ---- freed by mistake ----------------------------------------------------------------------- */

static bool holds(const struct replay *replay, const struct object *block, uint64_t address)
{
    return block->kind && !block->levels && block->acquired != NO_EVENT &&
           replay->trace->events[block->acquired].size > address - block->value;
}

uint32_t blocks_enclosing(const struct replay *replay, uint64_t address)
{
    const struct objects *objects = &replay->objects;
    uint64_t farthest = replay->largest_block < FARTHEST ? replay->largest_block : FARTHEST;
    uint32_t released = 0;
    unsigned met = 0;

    for (uint64_t start = (address - 1) & ~7ULL; address - start < farthest && met < CANDIDATES;
         start -= 8) {
        struct object_key key = objects_key(objects, 0, SCA_KIND_NONE, start);
        uint32_t number = objects_find_memory(objects, &key);
        const struct object *block = &objects->records[number];

        met += number != 0;
        if (!holds(replay, block, address))
            continue;
        if (block->state == OBJECT_LIVE)
            return number;
        if (block->state == OBJECT_RELEASED && !released)
            released = number;
    }
    return released;
}

struct incident *blocks_freed_inside(struct replay *replay, uint32_t number, uint32_t object)
{
    const struct trace_event *event = &replay->trace->events[number];
    struct object *block = &replay->objects.records[object];
    struct incident *incident = blame(replay, RULE_INVALID_FREE, block, number);

    incident->detail |= DETAIL_INSIDE;
    incident->offset = event->object - block->value;
    if (block->state == OBJECT_RELEASED)
        incident->events[STORY_RELEASED] = block->ended;
    else if (pending(event))
        block->flags |= OBJECT_EXCUSED; /* the process died of it */
    else
        block->incident = (uint32_t)replay->incidents_count;
    return incident;
}

static void freed_invalid(struct replay *replay, uint32_t number)
{
    const struct trace *trace = replay->trace;
    const struct trace_event *event = &trace->events[number];
    uint32_t object = layers_top(replay, blocks_enclosing(replay, event->object));
    struct object *block = &replay->objects.records[object];
    struct incident *incident;

    if (object) {
        incident = blocks_freed_inside(replay, number, object);
    } else {
        incident = replay_incident(replay, RULE_INVALID_FREE,
                                   event->function->effects[event->effect].kind, event->provider);
        incident->events[STORY_MISUSED] = number;
        incident->detail |= DETAIL_NEVER_HANDED_OUT;
    }
    if (failed(event))
        incident->detail |= DETAIL_CALL_FAILED;
    /* Nothing new can begin inside a block that is live. */
    if (block->state != OBJECT_LIVE && blocks_are_uncertain(replay, event->provider))
        incident->severity = SEVERITY_NOTE;
}

void blocks_freed_unknown(struct replay *replay, uint32_t number)
{
    const struct trace_event *event = &replay->trace->events[number];
    struct object_key key =
        objects_key(&replay->objects, event->provider, SCA_KIND_NONE, event->object);
    uint32_t found = layers_top(replay, objects_find_memory(&replay->objects, &key));

    if (!event->object)
        return; /* as harmless as free(NULL) */
    if (found && replay->objects.records[found].state == OBJECT_RELEASED)
        blocks_freed_again(replay, number, found);
    else if (!mismatched_free(replay, number) && !found && replay->trace->complete &&
             inherits_nothing(replay, event->object))
        freed_invalid(replay, number);
}

/* ---- the allocator -------------------------------------------------------------------------- */

static void tell_mismatched(struct replay *replay, uint32_t number, struct object *block)
{
    const struct trace_event *event = &replay->trace->events[number];
    struct incident *incident = blame(replay, RULE_MISMATCHED_FREE, block, number);

    if (blocks_are_uncertain(replay, block->provider))
        incident->severity = SEVERITY_NOTE; /* freed there, it may be the program's own by now */
    if (failed(event))
        incident->detail |= DETAIL_CALL_FAILED;
}

/*
 * A provider that has its blocks from another one has the same address in its own books: one block,
 * which is told of as the program got it.
 */
void blocks_freed_elsewhere(struct replay *replay, uint32_t number, uint32_t object)
{
    const struct trace_event *event = &replay->trace->events[number];
    struct objects *objects = &replay->objects;
    struct object_key key = objects_key(objects, 0, SCA_KIND_NONE, event->object);

    if (!blocks_are_provided(replay, event, object) && !wts_buffers_made_up(replay, object))
        tell_mismatched(replay, number, &objects->records[object]);
    if (failed(event))
        return;
    do { /* pending: nobody knows */
        replay_release_elsewhere(replay, object, number);
        object = objects_find_memory(objects, &key);
    } while (objects->records[object].state == OBJECT_LIVE);
}

void blocks_damaged(struct replay *replay, uint32_t number, uint32_t object)
{
    const struct trace_event *events = replay->trace->events;
    struct object *block = &replay->objects.records[object];
    uint32_t freed = block->ended;
    struct incident *incident;

    if (block->state == OBJECT_LIVE && block->attempt != NO_EVENT &&
        pending(&events[block->attempt]))
        freed = block->attempt; /* has taken effect, though it never came back */
    if (freed == NO_EVENT)
        return; /* that it was freed is missing */
    incident = blame(replay, RULE_WRITE_AFTER_FREE, block, NO_EVENT);
    incident->events[STORY_RELEASED] = freed;
    incident->detail |= story_detail(block);
    incident->offset = events[number].companion;
}
