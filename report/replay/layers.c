/* SPDX-License-Identifier: MIT */
#include "layers.h"

#include <stdlib.h>

#include "evidence.h"
#include "report/base/memory.h"

#define NOBODY UINT16_MAX /* who called is not known */

/* The preload writes of 16 providers at most, and each is asked for every call. */
#define PROVIDERS 64

/* What a thread is at. */
struct layers_thread {
    uint32_t call;                   /* the latest event of the program's own, or NO_EVENT */
    uint32_t told;                   /* the latest of those that has its incident, or NO_EVENT */
    uint32_t latest[SCA_KIND_COUNT]; /* what was handed out last */
};

struct layers_object {
    uint32_t above; /* the one it is held for, or 0 */
    uint32_t below; /* the one that is held for it, or 0 */
    uint32_t mixed; /* number + 1 of the incident, or 0 */
};

struct layers {
    uint16_t *callers; /* [stack]: the provider that called, 0: none, NOBODY */
    struct layers_thread *threads;
    struct layers_object *objects; /* [object], as far as there are any */
    size_t room;
};

/* ---- who calls ------------------------------------------------------------------------------ */

static bool is_pcsc(const struct trace *trace, size_t provider)
{
    return trace->providers[provider].family & SCA_FAMILY_PCSC;
}

static uint16_t caller_of(const struct trace *trace, const struct trace_stack *stack)
{
    if (!stack->count || !stack->frames[0].module)
        return NOBODY;
    for (size_t i = 1; i < trace->providers_count; i++)
        if (trace->providers[i].module &&
            same_module(trace, stack->frames[0].module, trace->providers[i].module))
            return (uint16_t)i;
    return 0;
}

struct layers *layers_new(const struct trace *trace)
{
    struct layers *layers;
    size_t providers = 0;

    for (size_t i = 1; i < trace->providers_count; i++)
        providers += is_pcsc(trace, i);
    if (providers < 2 || providers > PROVIDERS)
        return NULL;
    layers = xcalloc(1, sizeof *layers);
    layers->callers = xcalloc(trace->stacks_count, sizeof *layers->callers);
    layers->threads = xcalloc(trace->threads_count, sizeof *layers->threads);
    for (size_t i = 0; i < trace->stacks_count; i++)
        layers->callers[i] = caller_of(trace, &trace->stacks[i]);
    for (size_t i = 0; i < trace->threads_count; i++)
        layers->threads[i].call = layers->threads[i].told = NO_EVENT;
    return layers;
}

void layers_free(struct layers *layers)
{
    if (!layers)
        return;
    free(layers->callers);
    free(layers->threads);
    free(layers->objects);
    free(layers);
}

static struct layers_object *entry(struct layers *layers, uint32_t object)
{
    size_t room = layers->room;

    if (object >= room) {
        layers->room = 2 * (size_t)object + 16;
        layers->objects = xrealloc(layers->objects, layers->room, sizeof *layers->objects);
        for (; room < layers->room; room++)
            layers->objects[room] = (struct layers_object){0, 0, 0};
    }
    return &layers->objects[object];
}

/* Was `inner` made while `outer`, of the same thread, was under way? */
static bool within(const struct trace_event *outer, const struct trace_event *inner)
{
    return outer->thread == inner->thread && outer->enter <= inner->enter &&
           (pending(outer) || outer->leave >= inner->enter);
}

/* Was the event made in the course of the program's latest call on that thread? */
static bool is_in_call(const struct replay *replay, const struct trace_event *event)
{
    uint32_t call = replay->layers->threads[event->thread].call;

    return call != NO_EVENT && within(&replay->trace->events[call], event);
}

/* Is it the call of one provider to another? */
static bool is_below(const struct replay *replay, const struct trace_event *event)
{
    const struct layers *layers = replay->layers;
    uint16_t caller = layers->callers[event->stack];
    uint32_t call = layers->threads[event->thread].call;

    return (caller && caller != NOBODY && caller != event->provider) ||
           (is_in_call(replay, event) && replay->trace->events[call].provider != event->provider);
}

/* ---- what belongs together ------------------------------------------------------------------ */

/* Was the object handed out by another provider in the course of the event, and is it not that of
 * a third one in between? */
static bool is_handed_on(const struct replay *replay, uint32_t number,
                         const struct trace_event *event)
{
    const struct object *object = &replay->objects.records[number];

    return number && object->state == OBJECT_LIVE && object->acquired != NO_EVENT &&
           object->provider != event->provider && layers_top(replay, number) == number &&
           within(event, &replay->trace->events[object->acquired]);
}

/* The object below that was handed out for this one: of the same value, else the latest. */
static uint32_t find_below(const struct replay *replay, const struct object *object)
{
    const struct trace *trace = replay->trace;
    const struct trace_event *event = &trace->events[object->acquired];
    uint32_t latest = replay->layers->threads[event->thread].latest[object->kind];

    for (size_t i = 1; i < trace->providers_count; i++) {
        struct object_key key =
            objects_key(&replay->objects, (uint32_t)i, object->kind, object->value);
        uint32_t number = is_pcsc(trace, i) ? objects_find(&replay->objects, &key) : 0;

        if (is_handed_on(replay, number, event))
            return number;
    }
    /* An address is the same, or the block is another one. And what is passed on by a jump has the
     * same value: other objects may be those of a program that is called back. */
    return !sca_is_memory(object->kind) && is_handed_on(replay, latest, event) &&
                   replay->layers->callers[replay->objects.records[latest].stack] == event->provider
               ? latest
               : 0;
}

void layers_acquired(struct replay *replay, uint32_t number)
{
    struct layers *layers = replay->layers;
    const struct object *object = &replay->objects.records[number];
    uint32_t below = find_below(replay, object);

    *entry(layers, number) = (struct layers_object){0, below, 0}; /* of one that was there before */
    if (below)
        entry(layers, below)->above = number;
    layers->threads[object->thread].latest[object->kind] = number;
}

uint32_t layers_top(const struct replay *replay, uint32_t object)
{
    const struct layers *layers = replay->layers;

    return layers && object < layers->room && layers->objects[object].above
               ? layers->objects[object].above
               : object;
}

bool layers_keeps(const struct replay *replay, const struct object *object)
{
    uint32_t number;
    uint16_t caller;

    if (object->kind == SCA_KIND_TRANSACTION) /* goes the way of its card handle */
        object = &replay->objects.records[object->parent];
    number = (uint32_t)(object - replay->objects.records);
    if (!replay->layers || object->levels || object->acquired == NO_EVENT ||
        layers_top(replay, number) != number)
        return false;
    caller = replay->layers->callers[object->stack];
    return caller && caller != NOBODY && caller != object->provider;
}

uint32_t layers_below(const struct replay *replay, uint32_t object)
{
    const struct layers *layers = replay->layers;

    return layers && object < layers->room ? layers->objects[object].below : 0;
}

bool layers_covers(const struct replay *replay, uint32_t number)
{
    const struct object *object = &replay->objects.records[number];
    uint32_t top = layers_top(replay, number);

    if (!replay->layers)
        return false;
    /* WinPR counts them by a flag of its own: 0 from it proves nothing. */
    if (object->kind == SCA_KIND_TRANSACTION)
        return layers_below(replay, object->parent) != 0;
    return top != number && replay->objects.records[top].state != OBJECT_RELEASED;
}

/* ---- what is mixed up ----------------------------------------------------------------------- */

static bool is_live(const struct replay *replay, uint32_t number)
{
    return replay->objects.records[number].state == OBJECT_LIVE;
}

/* What another provider handed out, and not for this one to hand on; 0: nothing. */
static uint32_t find_of_another(const struct replay *replay, const struct trace_event *event)
{
    const struct objects *objects = &replay->objects;
    const struct trace *trace = replay->trace;
    unsigned kind = event->function->effects[event->effect].kind;

    for (size_t i = 1; i < trace->providers_count; i++) {
        struct object_key key = objects_key(objects, (uint32_t)i, kind, event->object);
        uint32_t number = i == event->provider ? 0 : objects_find(objects, &key);
        uint32_t top = layers_top(replay, number);

        if (number && is_live(replay, number) && is_live(replay, top) &&
            objects->records[top].provider != event->provider &&
            replay->layers->callers[objects->records[number].stack] != event->provider)
            return top;
    }
    return 0;
}

/* Does the provider know this value, as one that is gone or that an ancestor has? An address may be
 * another one's by now. */
static bool is_its_own(const struct object *object)
{
    return !sca_is_memory(object->kind) &&
           (object->state == OBJECT_RELEASED || object->state == OBJECT_ENDED ||
            object->state == OBJECT_INHERITED);
}

/* The object of another provider that the program gives to this one. */
static uint32_t find_mixed(const struct replay *replay, const struct trace_event *event,
                           uint32_t number)
{
    uint32_t top = layers_top(replay, number);

    if (number && is_live(replay, number))
        return top != number && is_live(replay, top) ? top : 0;
    return is_its_own(&replay->objects.records[number]) ? 0 : find_of_another(replay, event);
}

/* Did the program give it to the wrong library for release, and succeed? */
static bool is_given_back(const struct incident *incident)
{
    return incident->detail & DETAIL_RELEASE && !(incident->detail & DETAIL_CALL_FAILED);
}

/* Once for each object: the release that succeeded, else one that was tried, else the first use. */
static void tell_mixed(struct replay *replay, uint32_t number, uint32_t mixed)
{
    const struct trace_event *event = &replay->trace->events[number];
    struct layers_object *known = entry(replay->layers, mixed);
    struct object *object = &replay->objects.records[mixed];
    bool release = event->function->effects[event->effect].type == SCA_RELEASE;
    struct incident *incident;

    if (!known->mixed) {
        blame(replay, RULE_MIXED_PROVIDER, object, number);
        known->mixed = (uint32_t)replay->incidents_count;
    } else if (!release || is_given_back(&replay->incidents[known->mixed - 1])) {
        return;
    }
    incident = &replay->incidents[known->mixed - 1];
    incident->events[STORY_MISUSED] = number;
    incident->detail = (release ? DETAIL_RELEASE : 0) |
                       (!pending(event) && !succeeded(event) ? DETAIL_CALL_FAILED : 0);
    if (has_blind_spot(replay->trace, event->provider))
        incident->severity = SEVERITY_NOTE; /* it may have handed out the same value unseen */
    if (is_given_back(incident)) {
        object->flags |= OBJECT_EXCUSED; /* gone, by the wrong way */
    } else if (release) {
        object->incident = known->mixed;
        object->attempt = number;
    }
}

static bool is_judged(const struct trace_event *event)
{
    unsigned type = event->function->effects[event->effect].type;

    return event->object && (type == SCA_USE || type == SCA_RELEASE);
}

/* Not where a provider may be the caller, or an acquisition is missing. A transaction goes the way
 * of its card handle, which the same call names. */
static bool may_be_mixed(const struct replay *replay, const struct trace_event *event)
{
    return replay->trace->complete && is_pcsc(replay->trace, event->provider) &&
           replay->layers->callers[event->stack] != NOBODY &&
           event->function->effects[event->effect].kind != SCA_KIND_TRANSACTION;
}

/*
 * Is what happens below told above? With the call around it, which has its incident; or by what
 * that call says of the object above, which is not live either: if it is silent, because calls
 * overlapped, so are those below.
 */
static bool is_told_above(const struct replay *replay, const struct trace_event *event,
                          uint32_t number)
{
    const struct layers_thread *thread = &replay->layers->threads[event->thread];
    uint32_t top = layers_top(replay, number);
    const struct object *above = &replay->objects.records[top];
    const struct trace_event *call;

    if (!is_judged(event) || !is_in_call(replay, event))
        return false;
    call = &replay->trace->events[thread->call];
    return thread->told == thread->call ||
           (top != number && !is_live(replay, top) && call->provider == above->provider &&
            call->object == above->value);
}

/* Of another family, which has no layers. */
static bool is_apart(const struct trace_event *event)
{
    return !(event->function->family & (SCA_FAMILY_PCSC | SCA_FAMILY_HEAP));
}

bool layers_judge(struct replay *replay, uint32_t number, uint32_t object)
{
    struct layers *layers = replay->layers;
    const struct trace_event *event = &replay->trace->events[number];
    struct layers_thread *thread = &layers->threads[event->thread];
    uint32_t mixed = 0;

    if (is_apart(event))
        return false;
    if (is_below(replay, event))
        return is_told_above(replay, event, object);
    if (event->first)
        thread->call = number;
    if (is_judged(event) && may_be_mixed(replay, event))
        mixed = find_mixed(replay, event, object);
    if (!mixed)
        return false;
    tell_mixed(replay, number, mixed);
    thread->told = thread->call;
    if (!is_live(replay, object))
        return true;
    /* That its context is another library's too is no second mistake. */
    if (sca_is_memory(replay->objects.records[object].kind))
        replay->objects.records[object].flags |= OBJECT_EXCUSED;
    return false;
}

void layers_told(struct replay *replay, uint32_t number)
{
    const struct trace_event *event = &replay->trace->events[number];
    struct layers_thread *thread = &replay->layers->threads[event->thread];

    if (!is_apart(event) && !is_below(replay, event))
        thread->told = thread->call;
}
