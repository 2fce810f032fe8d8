/* SPDX-License-Identifier: MIT */
#include "wts_buffers.h"

#include <string.h>

#include "blocks.h"
#include "evidence.h"
#include "mismatched.h"

/* WTS_TYPE_CLASS */
enum { PROCESS_INFO_LEVEL_0, PROCESS_INFO_LEVEL_1, SESSION_INFO_LEVEL_1 };

/* How a buffer is to be freed. */
struct wanted {
    bool plain; /* by WTSFreeMemory */
    bool typed; /* by WTSFreeMemoryEx */
    uint32_t type;
    bool counted; /* the number of entries matters: each has memory of its own */
};

static const struct trace_event *origin_of(const struct replay *replay, const struct object *buffer)
{
    return &replay->trace->events[buffer->acquired];
}

static struct wanted wanted_of(const struct trace_event *acquired)
{
    uint32_t level = (uint32_t)acquired->companion;

    switch ((enum sca_content)acquired->function->effects[acquired->effect].unit) {
    case SCA_CONTENT_SESSIONS_EX:
        return (struct wanted){false, true, SESSION_INFO_LEVEL_1, true};
    case SCA_CONTENT_PROCESSES_EX:
        if (level == 0)
            return (struct wanted){true, true, PROCESS_INFO_LEVEL_0, false};
        if (level == 1)
            return (struct wanted){false, true, PROCESS_INFO_LEVEL_1, true};
        return (struct wanted){true, true, SCA_LEVEL_UNKNOWN, false};
    default:
        return (struct wanted){.plain = true};
    }
}

/* 'A' or 'W' */
static char letter_of(const struct trace_event *event)
{
    return event->function->name[strlen(event->function->name) - 1];
}

static bool is_typed(const struct trace_event *event)
{
    return event->function != &sca_functions[SCA_FN_WTSFreeMemory];
}

/* What is wrong with the arguments of WTSFreeMemoryEx: details. */
static unsigned differences(const struct trace_event *acquired, const struct wanted *wanted,
                            const struct trace_event *event)
{
    unsigned detail = 0;

    if (wanted->type == SCA_LEVEL_UNKNOWN)
        return 0;
    if ((uint32_t)event->companion != wanted->type)
        detail |= DETAIL_WRONG_TYPE;
    if (wanted->counted && event->companion >> 32 != acquired->companion >> 32)
        detail |= DETAIL_WRONG_COUNT;
    if (letter_of(event) != letter_of(acquired))
        detail |= DETAIL_WRONG_LETTER;
    return detail;
}

static struct incident *accuse(struct replay *replay, enum rule_id rule, struct object *buffer,
                               uint32_t number)
{
    const struct trace_event *event = &replay->trace->events[number];
    struct incident *incident = blame(replay, rule, buffer, number);

    if (!pending(event) && !succeeded(event))
        incident->detail |= DETAIL_CALL_FAILED;
    if (blocks_are_uncertain(replay, event->provider))
        incident->severity = SEVERITY_NOTE; /* freed unseen, the address may be another buffer */
    return incident;
}

static void judge_thread(struct replay *replay, uint32_t number, struct object *buffer)
{
    struct incident *incident;

    if (replay->trace->events[number].thread == buffer->thread)
        return;
    incident = blame(replay, RULE_CROSS_THREAD_FREE, buffer, NO_EVENT);
    incident->events[STORY_RELEASED] = number;
    incident->severity = SEVERITY_NOTE; /* no thread affinity is documented */
}

/* Of one that came with a failure: whoever frees it makes up for that. */
static bool make_up(struct replay *replay, const struct object *buffer)
{
    struct incident *incident = buffer->incident ? &replay->incidents[buffer->incident - 1] : NULL;

    if (!incident || incident->rule != RULE_PROVIDER_FAULT)
        return false;
    incident->detail |= DETAIL_GIVEN_BACK;
    return true;
}

bool wts_buffers_made_up(struct replay *replay, uint32_t object)
{
    const struct object *buffer = &replay->objects.records[object];

    return buffer->kind == SCA_KIND_WTS_BUFFER && make_up(replay, buffer);
}

/* False: the call is as it should be. */
static bool judge_call(struct replay *replay, uint32_t number, uint32_t object)
{
    const struct trace_event *event = &replay->trace->events[number];
    struct object *buffer = &replay->objects.records[object];
    const struct trace_event *acquired = origin_of(replay, buffer);
    struct wanted wanted = wanted_of(acquired);
    unsigned detail;
    struct incident *incident;

    if (is_typed(event) ? !wanted.typed : !wanted.plain) {
        accuse(replay, RULE_MISMATCHED_FREE, buffer, number);
        mismatched_given(replay, number, object);
        return true;
    }
    detail = is_typed(event) ? differences(acquired, &wanted, event) : 0;
    if (!detail)
        return false;
    incident = accuse(replay, RULE_WRONG_TYPE_CLASS, buffer, number);
    incident->detail |= detail;
    incident->handles[0] = (acquired->companion >> 32 << 32) | wanted.type;
    incident->handles[1] = event->companion;
    if (!succeeded(event))
        mismatched_given(replay, number, object);
    return true;
}

void wts_buffers_freed(struct replay *replay, uint32_t number, uint32_t object)
{
    const struct trace_event *event = &replay->trace->events[number];
    struct object *buffer = &replay->objects.records[object];

    if (blocks_freed_before(replay, number, object))
        return;
    /* In an incomplete trace it may be another one at the same address. */
    if (replay->trace->complete && !make_up(replay, buffer)) {
        if (judge_call(replay, number, object))
            return;
        if (succeeded(event))
            judge_thread(replay, number, buffer);
    }
    if (!succeeded(event))
        buffer->attempt = number;
}

/* Somebody gave the old one back: a call that never came back, or what nobody saw. */
void wts_buffers_reissued(struct replay *replay, uint32_t number, uint32_t object)
{
    struct object *buffer = &replay->objects.records[object];
    struct incident *incident;

    if (buffer->attempt != NO_EVENT && pending(&replay->trace->events[buffer->attempt])) {
        replay_release(replay, object, buffer->attempt);
        return;
    }
    if (replay->trace->complete && !(buffer->flags & OBJECT_EXCUSED)) {
        incident = blame(replay, RULE_WTS_BUFFER_LEAK, buffer, NO_EVENT);
        incident->detail |= DETAIL_REISSUED;
        incident->cause = buffer->incident;
        if (blocks_are_uncertain(replay, replay->trace->events[number].provider))
            incident->severity = SEVERITY_NOTE; /* by the right function, where nobody watches */
    }
    replay_lose(replay, object);
}

/* A caller that is told of a failure cannot know that it owns something. */
void wts_buffers_acquired(struct replay *replay, uint32_t object)
{
    struct object *buffer = &replay->objects.records[object];

    if (succeeded(origin_of(replay, buffer)))
        return;
    blame(replay, RULE_PROVIDER_FAULT, buffer, NO_EVENT)->detail |= DETAIL_CALL_FAILED;
    buffer->incident = (uint32_t)replay->incidents_count;
    buffer->flags |= OBJECT_EXCUSED;
}

void wts_buffers_refused(struct replay *replay, uint32_t number)
{
    const struct trace_event *event = &replay->trace->events[number];
    struct incident *incident;

    if (!(event->flags & SCA_CALL_EMPTY))
        return;
    incident = replay_incident(replay, RULE_PROVIDER_FAULT, SCA_KIND_WTS_BUFFER, event->provider);
    incident->events[STORY_ACQUIRED] = number;
    incident->detail |= DETAIL_NEVER_HANDED_OUT;
}
