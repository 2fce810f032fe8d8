/* SPDX-License-Identifier: MIT */
#include "limits.h"

#include "evidence.h"

#define MANY 180
#define FEW 90
/* Other programs may have the rest. */
#define MANY_WHEN_REFUSED 150

/*
 * A provider that calls another one has as many contexts there: the same, which are told of once,
 * as the first provider has them that is near the limit.
 */
static bool tells_limit(const struct replay *replay, uint32_t provider)
{
    return replay->trace->complete && /* else a release may be what is missing */
           (!replay->limits.provider || replay->limits.provider == provider);
}

/* Tell that there are so many; `told` is where it is kept which incident does. */
static struct incident *tell(struct replay *replay, unsigned kind, uint32_t provider, size_t live,
                             uint32_t *told)
{
    struct incident *incident;

    if (!*told) {
        incident = replay_incident(replay, RULE_RESOURCE_LIMIT, kind, provider);
        if (has_blind_spot(replay->trace, provider))
            incident->severity = SEVERITY_NOTE; /* some may have been given back there */
        replay->limits.provider = provider;
        *told = (uint32_t)replay->incidents_count;
    }
    incident = &replay->incidents[*told - 1];
    if (live > incident->live)
        incident->live = live;
    return incident;
}

static size_t live_of(const struct replay *replay, uint32_t provider, unsigned kind)
{
    return replay->tallies[(size_t)provider * SCA_KIND_COUNT + kind].live;
}

static void count(struct replay *replay, const struct object *object, size_t live, uint32_t *told)
{
    struct incident *incident;

    if (live == FEW && object->provider == replay->limits.provider)
        *told = 0;
    if (live < MANY || !tells_limit(replay, object->provider))
        return;
    incident = tell(replay, object->kind, object->provider, live, told);
    if (incident->events[STORY_ACQUIRED] == NO_EVENT)
        incident->events[STORY_ACQUIRED] = object->acquired;
}

void limits_acquired(struct replay *replay, uint32_t number)
{
    struct object *object = &replay->objects.records[number];
    struct object *context = &replay->objects.records[object->parent];

    if (object->kind == SCA_KIND_CONTEXT)
        count(replay, object, live_of(replay, object->provider, SCA_KIND_CONTEXT),
              &replay->limits.contexts);
    else if (context->state == OBJECT_LIVE)
        count(replay, object, ++context->handles, &context->limit);
}

void limits_disconnected(struct replay *replay, uint32_t handle)
{
    struct object *context = &replay->objects.records[replay->objects.records[handle].parent];

    if (context->handles)
        context->handles--;
}

static bool is_connect(const struct trace_event *event)
{
    const struct sca_effect *effect = &event->function->effects[1];

    return effect->type == SCA_HANDLE && effect->kind == SCA_KIND_CARD_HANDLE;
}

static void refuse(struct incident *incident, uint32_t event)
{
    if (incident->events[STORY_MISUSED] == NO_EVENT)
        incident->events[STORY_MISUSED] = event;
}

void limits_refused(struct replay *replay, uint32_t number)
{
    const struct trace_event *event = &replay->trace->events[number];
    size_t live = live_of(replay, event->provider, SCA_KIND_CONTEXT);

    if (live >= MANY_WHEN_REFUSED && tells_limit(replay, event->provider) &&
        (failed_with(event, RESULT_SECURITY_VIOLATION) || failed_with(event, RESULT_NO_SERVICE)))
        refuse(tell(replay, SCA_KIND_CONTEXT, event->provider, live, &replay->limits.contexts),
               number);
}

void limits_call_failed(struct replay *replay, uint32_t number, uint32_t event_number)
{
    const struct trace_event *event = &replay->trace->events[event_number];
    struct object *context = &replay->objects.records[number];
    size_t live = live_of(replay, event->provider, SCA_KIND_CARD_HANDLE);

    if (!is_connect(event) || !failed_with(event, RESULT_INTERNAL_ERROR))
        return;
    if (context->handles >= MANY && context->limit)
        refuse(&replay->incidents[context->limit - 1], event_number);
    else if (live >= MANY_WHEN_REFUSED && tells_limit(replay, event->provider))
        refuse(tell(replay, SCA_KIND_CARD_HANDLE, event->provider, live, &replay->limits.handles),
               event_number);
}
