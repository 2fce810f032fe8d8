/* SPDX-License-Identifier: MIT */
#include "rpc_blocks.h"

#include "blocks.h"
#include "evidence.h"
#include "inheritance.h"
#include "layers.h"
#include "mismatched.h"
#include "rpc.h"

/* A block, or some other memory, on its way back. */
struct given {
    uint32_t number; /* the event */
    const struct trace_event *event;
    enum rpc_outcome outcome;
    struct rpc_place *place;
    uint32_t object; /* what the address is, or was last; or 0 */
    struct object *block;
};

static bool is_rpc(const struct object *object)
{
    return object->kind == SCA_KIND_RPC_BLOCK;
}

static struct incident *blame_given(struct replay *replay, enum rule_id rule,
                                    const struct given *given)
{
    struct incident *incident = blame(replay, rule, given->block, given->number);

    if (given->outcome == RPC_FAILED)
        incident->detail |= DETAIL_CALL_FAILED;
    if (has_blind_spot(replay->trace, given->event->provider))
        incident->severity = SEVERITY_NOTE; /* what was done unseen may have made it right */
    return incident;
}

/* ---- what comes of it ----------------------------------------------------------------------- */

static bool gave_it_away(const struct trace_event *event)
{
    return !pending(event) && event->result & SCA_RESULT_FREED;
}

/* Does the call release, and not mark? Those of DCE do, whose names begin with small letters. */
static bool releases(const struct trace_event *event)
{
    return event->function->name[0] == 'r';
}

/* The routine of the program's own that was given the block gave it back after all. */
static void excuse_routine(struct replay *replay, struct object *block)
{
    struct incident *incident = block->incident ? &replay->incidents[block->incident - 1] : NULL;
    const struct trace_event *events = replay->trace->events;

    if (!(block->flags & OBJECT_EXCUSED) || !incident || incident->rule != RULE_MISMATCHED_FREE ||
        events[incident->events[STORY_MISUSED]].function->effects[0].type != SCA_CLIENT_FREE)
        return;
    incident->withdrawn = true;
    block->flags &= (uint16_t) ~(OBJECT_EXCUSED | OBJECT_TOLD);
    block->incident = 0;
}

/* The call did what it is for. */
static void carry_out(struct replay *replay, const struct given *given)
{
    if (given->block->flags & OBJECT_MARKED)
        return;
    excuse_routine(replay, given->block);
    if (gave_it_away(given->event)) {
        replay->rpc->threads.releases_at_once[rpc_slot(replay, given->event->provider)] = true;
        rpc_release_block(replay, given->object, given->number);
    } else if (releases(given->event)) {
        rpc_release_block(replay, given->object, given->number);
    } else {
        rpc_mark(replay, given->object, given->number);
    }
}

/* ---- a live block --------------------------------------------------------------------------- */

static void freed_twice(struct replay *replay, const struct given *given)
{
    blame_given(replay, RULE_DOUBLE_FREE, given)->events[STORY_RELEASED] = given->block->attempt;
    if (gave_it_away(given->event))
        rpc_release_block_elsewhere(replay, given->object, given->number);
}

/* The libraries may be over one implementation: a call that worked says that they are. */
static bool is_mixed(struct replay *replay, struct given *given)
{
    uint32_t provider = given->block->provider;

    if (rpc_share(replay, given->event->provider, provider))
        return false;
    if (given->outcome != RPC_DONE)
        return true;
    rpc_learn_sharing(replay, given->event->provider, provider);
    given->place = rpc_place(replay, given->event, true);
    return false;
}

static uint64_t handle_of(const struct replay *replay, uint32_t environment)
{
    return replay->objects.records[environment].value;
}

static void judge_place(struct replay *replay, const struct given *given)
{
    bool own = given->block->thread == given->event->thread;
    bool nowhere = given->place->where == RPC_NOWHERE;
    struct incident *incident = blame_given(
        replay, own && nowhere ? RULE_FREE_WITHOUT_ENABLE : RULE_CROSS_THREAD_FREE, given);

    if (incident->rule == RULE_CROSS_THREAD_FREE) {
        if (incident->severity != SEVERITY_NOTE)
            incident->severity = SEVERITY_ERROR;
        incident->handles[0] = handle_of(replay, given->block->parent);
        incident->handles[1] = nowhere ? 0 : handle_of(replay, given->place->environment);
    }
    mismatched_given(replay, given->number, given->object);
}

/* Is it certain that the thread is not where the block is? */
static bool is_elsewhere(const struct replay *replay, const struct given *given)
{
    const struct rpc_place *place = given->place;
    uint32_t parent = given->block->parent;

    if (place->where == RPC_INSIDE && place->environment == parent)
        return false;
    return parent && (place->where == RPC_INSIDE || place->where == RPC_NOWHERE) &&
           !rpc_environment(replay, parent)->support;
}

static void given_live(struct replay *replay, struct given *given)
{
    if (given->block->flags & OBJECT_MARKED) {
        freed_twice(replay, given);
        return;
    }
    if (is_mixed(replay, given)) {
        blame_given(replay, RULE_MIXED_PROVIDER, given)->detail |= DETAIL_RELEASE;
        mismatched_given(replay, given->number, given->object);
        return;
    }
    if (is_elsewhere(replay, given))
        judge_place(replay, given);
    else if (given->outcome == RPC_DONE)
        carry_out(replay, given);
    else if (given->outcome == RPC_LOST || !pending(given->event))
        given->block->attempt = given->number;
}

/* ---- one that was given back, or is none ---------------------------------------------------- */

/* Did it end with its environment? */
static bool ended_with_environment(const struct trace_event *ended)
{
    return ended->function->effects[ended->effect].kind == SCA_KIND_RPC_ENVIRONMENT;
}

/* That it went with its environment is no finding of its own, if it is used after that. */
static void withdraw_implicit_release(struct replay *replay, const struct object *block)
{
    if (block->incident && replay->incidents[block->incident - 1].rule == RULE_IMPLICIT_RELEASE)
        replay->incidents[block->incident - 1].withdrawn = true;
}

static void given_again(struct replay *replay, const struct given *given)
{
    const struct object *block = given->block;
    const struct trace_event *ended;
    bool with_environment;
    struct incident *incident;

    if (block->state != OBJECT_RELEASED || block->levels || block->ended == NO_EVENT ||
        block->flags & OBJECT_MISGIVEN || given->place->where == RPC_SOMEWHERE)
        return;
    ended = &replay->trace->events[block->ended];
    with_environment = ended_with_environment(ended);
    if (with_environment && !before(ended, given->event))
        return;
    incident =
        blame_given(replay, with_environment ? RULE_FREE_AFTER_DISABLE : RULE_DOUBLE_FREE, given);
    incident->events[STORY_RELEASED] = block->ended;
    if (given->outcome != RPC_DONE || given->place->where == RPC_NOWHERE)
        withdraw_implicit_release(replay, block);
    if (given->outcome != RPC_DONE)
        return;
    /* A stub may have allocated there in between. */
    if (!with_environment)
        incident->detail |= DETAIL_REUSED;
    if (given->place->where != RPC_NOWHERE)
        incident->severity = SEVERITY_NOTE;
}

/* Freed before, its memory may be a stub's by now, unless it is held in quarantine. */
static void given_of_another(struct replay *replay, const struct given *given)
{
    uint32_t top = layers_top(replay, given->object);

    if (!mismatched_free(replay, given->number) &&
        replay->objects.records[top].state == OBJECT_RELEASED &&
        given->event->flags & SCA_CALL_QUARANTINED)
        blocks_freed_again(replay, given->number, top);
}

/* Did the call go wrong? While the process runs, one that has not come back may be about to. */
static bool went_wrong(const struct replay *replay, const struct given *given)
{
    return given->outcome == RPC_FAILED ||
           (given->outcome == RPC_LOST && replay->ending != ENDING_RUNNING);
}

/* What a client stub returned goes to the routine in force, which may not be the one it is for. */
static enum rule_id rule_of_unknown(const struct given *given, bool nowhere)
{
    if (nowhere)
        return RULE_FREE_WITHOUT_ENABLE;
    return given->event->function->effects[given->event->effect].type == SCA_CLIENT_FREE
               ? RULE_MISMATCHED_FREE
               : RULE_INVALID_FREE;
}

static void given_unknown(struct replay *replay, const struct given *given)
{
    uint64_t address = given->event->object;
    uint32_t object = blocks_enclosing(replay, address);
    bool nowhere = given->place->where == RPC_NOWHERE;
    struct incident *incident;

    if (!rpc_inherits_nothing(replay) && !inherits_nothing(replay, address))
        return;
    if (replay->objects.records[object].state == OBJECT_LIVE) {
        incident = blocks_freed_inside(replay, given->number, object);
        if (given->outcome == RPC_FAILED)
            incident->detail |= DETAIL_CALL_FAILED;
        /* Its provider may have released it at once, and a stub allocated there. */
        else if (replay->objects.records[object].flags & OBJECT_MARKED)
            incident->severity = SEVERITY_NOTE;
        return;
    }
    incident = replay_incident(replay, rule_of_unknown(given, nowhere), SCA_KIND_RPC_BLOCK,
                               given->event->provider);
    incident->events[STORY_MISUSED] = given->number;
    incident->detail |= DETAIL_NEVER_HANDED_OUT;
    if (given->outcome == RPC_FAILED)
        incident->detail |= DETAIL_CALL_FAILED;
    /* A stub may have allocated it. */
    if (!went_wrong(replay, given))
        incident->detail |= DETAIL_WORKED;
    if (!went_wrong(replay, given) || blocks_are_uncertain(replay, given->event->provider))
        incident->severity = SEVERITY_NOTE;
}

static void given_null(struct replay *replay, const struct given *given)
{
    struct incident *incident;

    if (!went_wrong(replay, given))
        return;
    incident =
        replay_incident(replay, RULE_INVALID_FREE, SCA_KIND_RPC_BLOCK, given->event->provider);
    incident->events[STORY_MISUSED] = given->number;
    incident->detail |= DETAIL_NEVER_HANDED_OUT | DETAIL_ZERO;
    if (given->outcome == RPC_FAILED) {
        incident->detail |= DETAIL_CALL_FAILED;
        incident->severity = SEVERITY_NOTE;
    }
}

/* ---- the ways back -------------------------------------------------------------------------- */

/* `proves_place`: it succeeds only in an environment. */
static struct given given_by(struct replay *replay, uint32_t number, bool proves_place)
{
    const struct trace_event *event = &replay->trace->events[number];
    enum rpc_outcome outcome = rpc_outcome(replay, number);
    uint32_t object = event->object ? rpc_memory_at(replay, event->object) : 0;

    return (struct given){.number = number,
                          .event = event,
                          .outcome = outcome,
                          .place = rpc_place(replay, event, proves_place && outcome == RPC_DONE),
                          .object = object,
                          .block = &replay->objects.records[object]};
}

static void give(struct replay *replay, struct given *given)
{
    if (!given->event->object)
        given_null(replay, given);
    else if (!given->object)
        given_unknown(replay, given);
    else if (!is_rpc(given->block))
        given_of_another(replay, given);
    else if (given->block->state == OBJECT_LIVE)
        given_live(replay, given);
    else
        given_again(replay, given);
}

/*
 * A routine of the program's own was given a block, and is wrong unless it gives it back to where
 * it is from: then nothing is. Or it is seen to give it somewhere else: then that is.
 */
static void give_to_own_routine(struct replay *replay, const struct given *given)
{
    struct rpc_thread *thread = &replay->rpc->threads.list[given->event->thread];

    if (!replay->trace->complete)
        return;
    blame_given(replay, RULE_MISMATCHED_FREE, given);
    given->block->flags |= OBJECT_EXCUSED;
    given->block->incident = (uint32_t)replay->incidents_count;
    thread->client = given->number;
    thread->incident = (uint32_t)replay->incidents_count;
}

bool rpc_blocks_routine_gives(struct replay *replay, const struct trace_event *event)
{
    struct rpc_thread *thread = &replay->rpc->threads.list[event->thread];
    const struct trace_event *events = replay->trace->events;
    struct object *block;

    if (thread->client == NO_EVENT || events[thread->client].object != event->object ||
        !rpc_is_within(&events[thread->client], event))
        return false;
    replay->incidents[thread->incident - 1].withdrawn = true;
    block = &replay->objects.records[rpc_memory_at(replay, event->object)];
    block->flags &= (uint16_t) ~(OBJECT_EXCUSED | OBJECT_TOLD);
    block->incident = 0;
    thread->client = NO_EVENT;
    return true;
}

void rpc_blocks_given_back(struct replay *replay, uint32_t number)
{
    struct given given = given_by(replay, number, true);

    rpc_blocks_routine_gives(replay, given.event);
    give(replay, &given);
}

/* What client stubs hand out is for it, and they do that unseen. */
void rpc_blocks_given_to_client(struct replay *replay, uint32_t number)
{
    struct given given = given_by(replay, number, false);
    bool live = given.block->state == OBJECT_LIVE;

    if (given.place->where == RPC_SOMEWHERE || given.place->where == RPC_IMPLICIT ||
        rpc_may_be_inside(replay, given.place) || rpc_pairs_in_doubt(replay, given.event->thread))
        return;
    if (rpc_pairs_is_custom(replay, given.place)) {
        if (live && is_rpc(given.block) && given.outcome != RPC_FAILED)
            give_to_own_routine(replay, &given);
        return;
    }
    if (given.place->where == RPC_NOWHERE) { /* free() is in force */
        if (live) {
            blame_given(replay, RULE_MISMATCHED_FREE, &given);
            mismatched_given(replay, given.number, given.object);
        }
        return;
    }
    if (live || went_wrong(replay, &given))
        give(replay, &given);
}

void rpc_blocks_freed_by_user(struct replay *replay, uint32_t number)
{
    const struct trace_event *event = &replay->trace->events[number];
    uint32_t object = rpc_memory_at(replay, event->object);
    struct given given = {.number = number,
                          .event = event,
                          .outcome = rpc_outcome(replay, number),
                          .object = object,
                          .block = &replay->objects.records[object]};

    if (given.block->state != OBJECT_LIVE)
        return;
    rpc_blocks_routine_gives(replay, event);
    if (!is_rpc(given.block)) { /* the program's own function gives it to the allocator next */
        if (event->provider)
            mismatched_free(replay, number);
        return;
    }
    if (given.block->flags & OBJECT_MARKED)
        blame_given(replay, RULE_DOUBLE_FREE, &given)->events[STORY_RELEASED] =
            given.block->attempt;
    else if (!event->provider)
        blame_given(replay, RULE_MISMATCHED_FREE, &given)->severity = SEVERITY_NOTE;
    rpc_release_block(replay, object, number);
}

void rpc_reissued(struct replay *replay, uint32_t number)
{
    const struct trace_event *event = &replay->trace->events[number];
    uint32_t object = rpc_memory_at(replay, event->object);
    struct object *block = &replay->objects.records[object];

    if (!object || block->state != OBJECT_LIVE || !is_rpc(block))
        return;
    if (block->flags & OBJECT_MARKED) {
        replay->rpc->threads.releases_at_once[rpc_slot(replay, block->provider)] = true;
        rpc_release_block(replay, object, block->attempt);
    } else if (block->attempt != NO_EVENT && pending(&replay->trace->events[block->attempt])) {
        rpc_release_block(replay, object, block->attempt); /* has taken effect, it seems */
    } else {
        rpc_lose_block(replay, object); /* given back where nobody saw it */
    }
}

/* ---- past it -------------------------------------------------------------------------------- */

/* Is this the provider that was given somebody else's block, and passes it on? */
static bool is_passed_on(struct replay *replay, const struct trace_event *event,
                         const struct object *block)
{
    const struct trace_event *events = replay->trace->events;
    uint32_t call = replay->rpc->threads.list[event->thread].call;

    return call != NO_EVENT && rpc_caller(replay, event) && rpc_is_within(&events[call], event) &&
           events[call].object == block->value;
}

/* By a call of another family: what the thread does afterwards says nothing of it. */
static struct given given_past_it(struct replay *replay, uint32_t number, uint32_t object)
{
    const struct trace_event *event = &replay->trace->events[number];

    return (struct given){.number = number,
                          .event = event,
                          .outcome = pending(event)     ? RPC_LOST
                                     : succeeded(event) ? RPC_DONE
                                                        : RPC_FAILED,
                          .object = object,
                          .block = &replay->objects.records[object]};
}

static void freed_past_it(struct replay *replay, uint32_t number, uint32_t object)
{
    const struct trace_event *event = &replay->trace->events[number];
    struct given given = given_past_it(replay, number, object);
    struct incident *incident;

    rpc_blocks_routine_gives(replay, event);
    if (given.block->flags & OBJECT_MARKED)
        (incident = blame_given(replay, RULE_DOUBLE_FREE, &given))->events[STORY_RELEASED] =
            given.block->attempt;
    else
        incident = blame_given(replay, RULE_MISMATCHED_FREE, &given);
    if (blocks_are_uncertain(replay, given.block->provider))
        incident->severity = SEVERITY_NOTE; /* given back there, it may be the program's own */
    if (given.outcome != RPC_FAILED)
        rpc_release_block_elsewhere(replay, object, number);
}

bool rpc_freed(struct replay *replay, uint32_t number, uint32_t object)
{
    const struct trace_event *event = &replay->trace->events[number];
    struct object *block = &replay->objects.records[object];

    if (is_rpc(block)) {
        if (block->state == OBJECT_LIVE && replay->trace->complete && !rpc_caller(replay, event))
            freed_past_it(replay, number, object);
        return true;
    }
    if (!replay->rpc || !is_passed_on(replay, event, block))
        return false;
    if (block->state == OBJECT_LIVE)
        replay_release_elsewhere(replay, object, number);
    return true;
}
