/* SPDX-License-Identifier: MIT */
/*
 * RPC stub memory (doc/contracts-rpc.md): a thread enters an environment, allocates blocks in it,
 * gives them back, and leaves it, whereupon all of them are released. Most calls name neither
 * environment nor thread, so what they mean depends on where the thread is.
 *
 * What a provider does itself, in the course of a call or between them, is its own affair: one may
 * be built on another.
 */
#include <stdlib.h>

#include "contract.h"
#include "evidence.h"
#include "held.h"
#include "inheritance.h"
#include "report/base/memory.h"
#include "rpc.h"
#include "rpc_blocks.h"

void rpc_free(struct rpc *rpc)
{
    if (!rpc)
        return;
    rpc_threads_free(&rpc->threads);
    rpc_environments_free(&rpc->environments);
    rpc_pairs_free(&rpc->pairs);
    free(rpc);
}

static struct object *object_of(const struct replay *replay, uint32_t number)
{
    return &replay->objects.records[number];
}

static bool is_live(const struct replay *replay, uint32_t environment)
{
    return environment && object_of(replay, environment)->state == OBJECT_LIVE;
}

/* The names of DCE begin with small letters. */
static bool is_dce(const struct trace_event *event)
{
    return event->function->name[0] == 'r';
}

/* An incident that names no object. */
static struct incident *complain(struct replay *replay, enum rule_id rule, uint32_t number)
{
    struct incident *incident = replay_incident(replay, rule, SCA_KIND_RPC_ENVIRONMENT,
                                                replay->trace->events[number].provider);

    incident->events[STORY_MISUSED] = number;
    return incident;
}

static struct incident *accuse(struct replay *replay, enum rule_id rule, uint32_t environment,
                               uint32_t number)
{
    return blame(replay, rule, object_of(replay, environment), number);
}

static void note_if_blind(struct replay *replay, struct incident *incident, uint32_t number)
{
    if (has_blind_spot(replay->trace, replay->trace->events[number].provider))
        incident->severity = SEVERITY_NOTE; /* an unseen call may have made it right */
}

/* ---- entering ------------------------------------------------------------------------------- */

static void judge_nested(struct replay *replay, uint32_t number, uint32_t outer, bool same)
{
    struct incident *incident = accuse(replay, RULE_NESTED_ENABLE, outer, number);
    const struct rpc_environment *environment = rpc_environment(replay, outer);

    if (same) {
        incident->severity = SEVERITY_WARNING;
        incident->detail |= DETAIL_SAME_HANDLE;
    } else if (environment->owner == replay->trace->events[number].thread) {
        object_of(replay, outer)->incident = (uint32_t)replay->incidents_count;
    } else {
        incident->severity = SEVERITY_WARNING;
        incident->detail |= DETAIL_NOT_LOST;
    }
    note_if_blind(replay, incident, number);
}

/* Was the environment entered in a process that this one was forked from? */
static bool is_inherited(struct replay *replay, uint32_t number)
{
    const struct trace_event *event = &replay->trace->events[number];
    struct object_key key =
        objects_key(&replay->objects, event->provider, SCA_KIND_RPC_ENVIRONMENT, event->object);
    uint32_t found = objects_find(&replay->objects, &key);

    if (rpc_inherits_nothing(replay))
        return false;
    if (found)
        return object_of(replay, found)->state == OBJECT_INHERITED;
    return !replay->parent || inherit(replay, &key);
}

/* Its handle is handed out anew: it was released when its thread ended, or nobody knows how. */
static void judge_reissued(struct replay *replay, uint32_t environment, uint32_t number)
{
    if (rpc_has_ended(replay, rpc_environment(replay, environment)->owner, number) &&
        !rpc_environment(replay, environment)->support)
        held_left_behind(replay, environment);
    rpc_lose_environment(replay, environment);
}

/* How many more times it was entered than once: of its owner, or of a helper. */
static uint32_t *times_entered(struct replay *replay, struct rpc_place *place)
{
    struct rpc_environment *environment = rpc_environment(replay, place->environment);

    return environment->owner == place->thread ? &environment->entered : &place->entered;
}

/* The environment that this handle led to so far. Another library's is the same one only if the
 * thread is in it: else one of two that are independent hands out what the other one does. */
static uint32_t find_entered(struct replay *replay, const struct trace_event *event)
{
    uint32_t known = rpc_find_environment(replay, event->provider, event->object);
    uint32_t provider = object_of(replay, known)->provider;
    const struct rpc_place *place;

    if (!is_live(replay, known) || rpc_share(replay, event->provider, provider))
        return known;
    place = rpc_place_of(replay, event->thread, provider);
    if (event->object == SCA_UNTOLD_HANDLE(event->thread) || !place || place->where != RPC_INSIDE ||
        place->environment != known)
        return 0;
    rpc_learn_sharing(replay, event->provider, provider);
    return known;
}

static void enter(struct replay *replay, uint32_t number)
{
    const struct trace_event *event = &replay->trace->events[number];
    uint32_t known = event->object ? find_entered(replay, event) : 0;
    struct rpc_place *place = rpc_place(replay, event, false);
    bool support = event->function->effects[event->effect].owner != SCA_NOARG;
    uint32_t fresh;

    if (!event->object)
        return; /* it failed */
    if (place->where == RPC_INSIDE && support && place->environment == known)
        return;
    if (place->where == RPC_INSIDE && !support) {
        judge_nested(replay, number, place->environment, place->environment == known);
        if (place->environment == known) {
            ++*times_entered(replay, place);
            return;
        }
    }
    if (place->where == RPC_SOMEWHERE && !is_live(replay, known) && is_inherited(replay, number))
        return;
    if (is_live(replay, known))
        judge_reissued(replay, known, number);
    fresh = rpc_new_environment(replay, number);
    rpc_go_inside(replay, place, fresh);
    if (support)
        place->support = fresh;
}

static void need(struct replay *replay, uint32_t number)
{
    bool done = rpc_outcome(replay, number) == RPC_DONE;
    const struct rpc_place *place = rpc_place(replay, &replay->trace->events[number], done);

    struct incident *incident;

    if (place->where != RPC_NOWHERE && (place->where != RPC_IMPLICIT || done))
        return;
    incident = complain(replay, RULE_ALLOCATE_WITHOUT_ENABLE, number);
    note_if_blind(replay, incident, number);
    if (done) { /* a runtime that calls the program may have entered one, inside itself */
        incident->severity = SEVERITY_NOTE;
        incident->detail |= DETAIL_WORKED;
    }
}

static void allocated(struct replay *replay, uint32_t number)
{
    const struct trace_event *event = &replay->trace->events[number];
    const struct rpc_place *place = rpc_place(replay, event, true);
    uint32_t environment = place->where == RPC_INSIDE ? place->environment : 0;
    uint32_t block;

    if (!event->object)
        return;
    rpc_reissued(replay, number);
    block = rpc_new_block(replay, number, environment);
    if (!environment)
        object_of(replay, block)->flags |= OBJECT_EXCUSED; /* in what, nobody knows */
}

/* ---- leaving -------------------------------------------------------------------------------- */

/* How many other threads are in it that go on. Those that ended are gone through once. */
static size_t count_helpers(struct replay *replay, uint32_t environment, uint32_t number)
{
    struct rpc_place *places = replay->rpc->threads.places;
    uint32_t owner = rpc_environment(replay, environment)->owner;
    uint32_t self = replay->trace->events[number].thread;
    size_t count = 0;
    uint32_t next;

    for (uint32_t i = rpc_environment(replay, environment)->inside; i; i = next) {
        next = places[i].behind;
        if (!rpc_has_ended(replay, places[i].thread, number))
            count += places[i].thread != self;
        else if (places[i].thread != owner)
            rpc_go_outside(replay, &places[i]);
    }
    return count;
}

static void judge_helpers(struct replay *replay, uint32_t environment, uint32_t number)
{
    size_t helpers;
    struct incident *incident;

    if (rpc_environment(replay, environment)->crowded)
        return;
    helpers = count_helpers(replay, environment, number);
    if (!helpers)
        return;
    rpc_environment(replay, environment)->crowded = true;
    incident = accuse(replay, RULE_DISABLE_WHILE_ATTACHED, environment, number);
    incident->live = helpers;
    note_if_blind(replay, incident, number);
}

/* Of a helper, whose environment somebody else has to disable. */
static bool is_helpers(const struct replay *replay, uint32_t environment, uint32_t number)
{
    uint32_t owner = rpc_environment(replay, environment)->owner;

    return owner != replay->trace->events[number].thread && !rpc_has_ended(replay, owner, number);
}

/* It is in none. That its environment was disabled meanwhile is told already, of who did. */
static void leave_nothing(struct replay *replay, struct rpc_place *place, uint32_t number)
{
    uint32_t last = place->environment;
    uint32_t self = replay->trace->events[number].thread;
    const struct trace_event *events = replay->trace->events;
    struct incident *incident;

    place->environment = 0;
    if (last && place->adopted && is_helpers(replay, last, number)) {
        note_if_blind(replay, accuse(replay, RULE_HELPER_DISABLE, last, number), number);
        return;
    }
    if (last && object_of(replay, last)->state == OBJECT_RELEASED &&
        events[object_of(replay, last)->ended].thread != self)
        return;
    incident = complain(replay, RULE_UNBALANCED_DISABLE, number);
    note_if_blind(replay, incident, number);
}

/* The outer one was found again, and disabled: it was not lost. */
static void excuse_nested(struct replay *replay, const struct object *outer)
{
    struct incident *incident = outer->incident ? &replay->incidents[outer->incident - 1] : NULL;

    if (!incident || incident->rule != RULE_NESTED_ENABLE)
        return;
    if (incident->severity == SEVERITY_ERROR)
        incident->severity = SEVERITY_WARNING;
    incident->detail |= DETAIL_NOT_LOST;
}

static void left(struct replay *replay, struct rpc_place *place, uint32_t environment,
                 uint32_t number)
{
    excuse_nested(replay, object_of(replay, environment));
    if (place->where == RPC_INSIDE && place->environment == environment) {
        rpc_go_outside(replay, place);
        place->environment = 0;
    }
    rpc_end_environment(replay, environment, number, false);
}

static void leave(struct replay *replay, uint32_t number)
{
    enum rpc_outcome outcome = rpc_outcome(replay, number);
    struct rpc_place *place =
        rpc_place(replay, &replay->trace->events[number], outcome == RPC_DONE);
    uint32_t environment = place->environment;

    if (place->where == RPC_NOWHERE) {
        leave_nothing(replay, place, number);
        return;
    }
    if (place->where != RPC_INSIDE) {
        if (outcome == RPC_DONE)
            place->where = place->outside;
        return;
    }
    if (*times_entered(replay, place)) {
        --*times_entered(replay, place);
        if (outcome == RPC_DONE)
            rpc_environment(replay, environment)->leaving = number;
        return;
    }
    if (is_helpers(replay, environment, number)) {
        note_if_blind(replay, accuse(replay, RULE_HELPER_DISABLE, environment, number), number);
        if (outcome == RPC_DONE) {
            rpc_go_outside(replay, place);
            place->environment = 0;
        }
        return;
    }
    judge_helpers(replay, environment, number);
    if (outcome == RPC_DONE)
        left(replay, place, environment, number);
    else if (outcome == RPC_LOST || !pending(&replay->trace->events[number]))
        object_of(replay, environment)->attempt = number; /* else it raised, and did nothing */
}

/* ---- handles -------------------------------------------------------------------------------- */

/* The provider tells whether a Disable was the last one, where there had been several Enables. */
static void settle(struct replay *replay, struct rpc_place *place, uint64_t told)
{
    struct rpc_environment *environment;
    uint32_t leaving;

    if (place->where == RPC_NOWHERE && told)
        place->where = RPC_SOMEWHERE; /* entered unseen */
    if (place->where != RPC_INSIDE)
        return;
    environment = rpc_environment(replay, place->environment);
    leaving = environment->leaving;
    environment->leaving = NO_EVENT;
    if (leaving == NO_EVENT || told == object_of(replay, place->environment)->value)
        return;
    judge_helpers(replay, place->environment, leaving);
    left(replay, place, place->environment, leaving);
}

static void go_inside(struct replay *replay, struct rpc_place *place, uint32_t environment,
                      uint32_t number)
{
    const struct trace_event *event = &replay->trace->events[number];
    uint32_t provider = object_of(replay, environment)->provider;
    struct rpc_environment *entered = rpc_environment(replay, environment);

    entered->taken_over |= rpc_has_ended(replay, entered->owner, number);

    if (!rpc_share(replay, event->provider, provider)) {
        rpc_learn_sharing(replay, event->provider, provider);
        place = rpc_place(replay, event, false);
    }
    if (place->where != RPC_INSIDE || place->environment != environment)
        rpc_go_inside(replay, place, environment);
}

/* Had it been disabled before the event? */
static bool is_over(const struct replay *replay, uint32_t environment,
                    const struct trace_event *event)
{
    const struct object *object = object_of(replay, environment);

    return object->state == OBJECT_RELEASED && before(&replay->trace->events[object->ended], event);
}

/* The program asked, or the preload did, and learned of an environment. */
static void tell(struct replay *replay, uint32_t number)
{
    const struct trace_event *event = &replay->trace->events[number];
    struct rpc_place *place = rpc_place(replay, event, false);
    uint32_t known = rpc_find_environment(replay, event->provider, event->object);

    if (rpc_outcome(replay, number) != RPC_DONE)
        return;
    if (!event->first) {
        settle(replay, place, event->object);
    } else if (!event->object) {
        if (place->where == RPC_INSIDE)
            object_of(replay, place->environment)->flags |= OBJECT_EXCUSED; /* went unseen */
        place->outside = RPC_NOWHERE;
        rpc_go_outside(replay, place);
    } else if (is_live(replay, known)) {
        go_inside(replay, place, known, number);
    } else if (!known || is_over(replay, known, event)) {
        /* entered again unseen; or the provider had not begun, and may tell anything */
        rpc_meet_environment(replay, number, event->object);
        if (place->where == RPC_NOWHERE)
            place->where = RPC_SOMEWHERE;
    }
}

/* Is a handle that was never seen one that there cannot be? */
static bool is_certain(struct replay *replay, const struct trace_event *event)
{
    return rpc_inherits_nothing(replay) &&
           !rpc_find_environment(replay, event->provider, SCA_UNTOLD_HANDLE(event->thread));
}

static void judge_stale(struct replay *replay, uint32_t known, uint32_t number,
                        enum rpc_outcome outcome)
{
    const struct trace_event *event = &replay->trace->events[number];
    struct incident *incident;

    if (known && object_of(replay, known)->state == OBJECT_RELEASED) {
        if (!before(&replay->trace->events[object_of(replay, known)->ended], event))
            return;
        incident = accuse(replay, RULE_STALE_THREAD_HANDLE, known, number);
        incident->events[STORY_RELEASED] = object_of(replay, known)->ended;
    } else if (!known && is_certain(replay, event)) {
        incident = complain(replay, RULE_STALE_THREAD_HANDLE, number);
        incident->detail |= DETAIL_NEVER_HANDED_OUT;
    } else {
        return;
    }
    if (outcome == RPC_FAILED)
        incident->detail |= DETAIL_CALL_FAILED;
    note_if_blind(replay, incident, number);
}

static void adopt(struct replay *replay, uint32_t number)
{
    const struct trace_event *event = &replay->trace->events[number];
    enum rpc_outcome outcome = rpc_outcome(replay, number);
    /* Nobody has a thread leave that is in none: it is in what is another library's so far. */
    struct rpc_place *place = rpc_place(replay, event, !event->object && outcome == RPC_DONE);
    uint32_t known =
        event->object ? rpc_find_environment(replay, event->provider, event->object) : 0;

    if (event->object && !is_live(replay, known))
        judge_stale(replay, known, number, outcome);
    if (outcome != RPC_DONE)
        return;
    if (is_live(replay, known)) {
        go_inside(replay, place, known, number);
        return;
    }
    rpc_go_outside(replay, place);
    place->environment = 0;
    if (event->object)
        place->where = RPC_SOMEWHERE;
}

static void drain(struct replay *replay, uint32_t number)
{
    const struct trace_event *event = &replay->trace->events[number];
    struct rpc_place *place = rpc_place(replay, event, false);

    if (rpc_outcome(replay, number) == RPC_DONE && is_live(replay, place->support) &&
        rpc_environment(replay, place->support)->memory == event->object)
        rpc_end_environment(replay, place->support, number, true);
}

/* ---- routines of client stubs --------------------------------------------------------------- */

static void put_pair(struct replay *replay, uint32_t number)
{
    const struct trace_event *event = &replay->trace->events[number];
    struct rpc_place *place = rpc_place(replay, event, false);

    if (rpc_outcome(replay, number) != RPC_DONE)
        return;
    if (rpc_may_be_inside(replay, place)) {
        rpc_pairs_doubt(replay, place); /* it is allowed outside, too, and so proves nothing */
        return;
    }
    if (place->where == RPC_NOWHERE && is_dce(event))
        place->where = RPC_IMPLICIT;
    rpc_pairs_put(replay, number, place);
}

static void old_pair(struct replay *replay, uint32_t number)
{
    if (rpc_outcome(replay, number) == RPC_DONE)
        rpc_pairs_replaced(replay, number,
                           rpc_place(replay, &replay->trace->events[number], false));
}

/* ---- which is which ------------------------------------------------------------------------- */

static void (*const handlers[])(struct replay *replay, uint32_t event) = {
    [SCA_ENTER] = enter,
    [SCA_NEED] = need,
    [SCA_RETURNED] = allocated,
    [SCA_LEAVE] = leave,
    [SCA_ADOPT] = adopt,
    [SCA_TELL] = tell,
    [SCA_DRAIN] = drain,
    [SCA_MARK] = rpc_blocks_given_back,
    [SCA_RELEASE] = rpc_blocks_given_back,
    [SCA_CLIENT_FREE] = rpc_blocks_given_to_client,
    [SCA_PAIR] = put_pair,
    [SCA_OLD_PAIR] = old_pair,
    [SCA_FREE] = rpc_blocks_freed_by_user,
};

static struct rpc *begin(const struct replay *replay)
{
    struct rpc *rpc = xcalloc(1, sizeof *rpc);

    rpc_threads_init(&rpc->threads, replay);
    return rpc;
}

/* A server may have an environment made for it. If it is in the course of a call of the program's
 * own, that tells. */
static void entered_by_provider(struct replay *replay, const struct trace_event *event)
{
    struct rpc_place *place = rpc_place(replay, event, false);

    if (place->where == RPC_NOWHERE)
        place->where = RPC_SOMEWHERE;
}

static void on_event(struct replay *replay, uint32_t number)
{
    const struct trace_event *event = &replay->trace->events[number];
    unsigned type = event->function->effects[event->effect].type;
    size_t before = replay->incidents_count;
    uint16_t caller;

    if (!replay->rpc)
        replay->rpc = begin(replay);
    caller = rpc_caller(replay, event);
    if (caller) {
        if (caller != event->provider && event->provider) /* the one is built on the other */
            rpc_learn_sharing(replay, caller, event->provider);
        if ((type == SCA_MARK || type == SCA_RELEASE) && rpc_blocks_routine_gives(replay, event))
            rpc_blocks_given_back(replay, number); /* it is the routine in force */
        if (type == SCA_ENTER)
            entered_by_provider(replay, event);
        return;
    }
    if (event->effect == 0 && !sca_acquires(type))
        replay->rpc->threads.list[event->thread].call = number;
    if (type < sizeof handlers / sizeof *handlers && handlers[type])
        handlers[type](replay, number);
    if (!replay->trace->complete)
        replay->incidents_count = before; /* what is missing may have made it right */
}

/* ---- the end -------------------------------------------------------------------------------- */

/* Has the thread ended that entered it, or took it over, and is nobody left in it? If it went
 * before, somebody else is to have it. */
static bool is_abandoned(const struct replay *replay, const struct rpc_environment *environment)
{
    const struct rpc_place *places = replay->rpc->threads.places;
    const struct trace_thread *threads = replay->trace->threads;
    bool left_behind = false;

    if (!threads[environment->owner].ended)
        return false;
    for (uint32_t i = environment->inside; i; i = places[i].behind) {
        if (!threads[places[i].thread].ended)
            return false;
        left_behind |= environment->taken_over == (places[i].thread != environment->owner);
    }
    return left_behind;
}

bool rpc_abandoned(const struct replay *replay, const struct object *object)
{
    if (object->kind == SCA_KIND_RPC_BLOCK && object->parent)
        object = object_of(replay, object->parent);
    return object->kind == SCA_KIND_RPC_ENVIRONMENT &&
           rpc_environment(replay, (uint32_t)(object - replay->objects.records))->abandoned;
}

/* A server stub's is not the program's to leave. */
bool rpc_excused(const struct replay *replay, uint32_t number)
{
    const struct object *object = object_of(replay, number);
    const struct rpc_threads *threads;

    if (object->kind == SCA_KIND_RPC_ENVIRONMENT)
        return rpc_environment(replay, number)->support;
    if (object->kind != SCA_KIND_RPC_BLOCK)
        return false;
    threads = &replay->rpc->threads;
    return !object->parent || rpc_environment(replay, object->parent)->support ||
           (object->flags & OBJECT_MARKED &&
            threads->releases_at_once[threads->slots[object->provider] - 1]);
}

static void end(struct replay *replay)
{
    if (!replay->rpc)
        return;
    for (uint32_t i = 0; i < replay->rpc->environments.count; i++) {
        struct rpc_environment *environment = &replay->rpc->environments.list[i];

        if (!is_live(replay, environment->object))
            continue;
        environment->abandoned = is_abandoned(replay, environment);
        rpc_judge_growth(replay, environment->object);
    }
    rpc_pairs_end(replay);
}

const struct contract contract_rpc = {.event = on_event, .end = end};
