/* SPDX-License-Identifier: MIT */
/*
 * Remote Desktop Services (doc/contracts-wts.md): buffers, which belong to nobody but their
 * deallocator; servers, the channels opened on them, and notifications.
 *
 * That a server was closed says nothing of its channels: providers that close some of them call
 * WTSVirtualChannelClose, and are seen to. Results are BOOLs: they do not say why a call failed, so
 * that little can be said of a handle that nobody handed out.
 */
#include "blocks.h"
#include "contract.h"
#include "evidence.h"
#include "mismatched.h"
#include "wts_buffers.h"

#define INVALID_HANDLE UINT64_MAX /* what a provider's failed WTSOpenServer returns */

enum action {
    ACTION_NONE,
    ACTION_FREE,           /* of a live buffer, whatever came of it */
    ACTION_FREE_UNKNOWN,   /* of anything else */
    ACTION_REISSUE,        /* of a buffer: its address is handed out again */
    ACTION_JUDGE_UNKNOWN,  /* a handle never handed out, in a call that failed */
    ACTION_CLOSE_UNKNOWN,  /* the same, closed */
    ACTION_JUDGE_USE,      /* of a dead handle */
    ACTION_JUDGE_RELEASE,  /* of a dead handle */
    ACTION_ATTEMPT,        /* a release that failed or is in flight */
    ACTION_CHANNEL,        /* a live channel is used or closed */
    ACTION_CHANNEL_FAILED, /* it is not closed, as it should be */
    ACTION_AGAIN,          /* a handle is handed out that is live */
    ACTION_UNREGISTER      /* of a notification that is registered */
};

static void note_if_blind(const struct replay *replay, struct incident *incident,
                          const struct trace_event *event)
{
    if (has_blind_spot(replay->trace, event->provider))
        incident->severity = SEVERITY_NOTE; /* what was done unseen may have made it right */
}

/* ---- of another provider -------------------------------------------------------------------- */

/* What this value is for another provider, where it is live; or 0. */
static uint32_t find_of_another(const struct replay *replay, const struct trace_event *event)
{
    const struct trace *trace = replay->trace;
    unsigned kind = event->function->effects[event->effect].kind;

    for (uint32_t i = 1; i < trace->providers_count; i++) {
        struct object_key key = objects_key(&replay->objects, i, kind, event->object);
        uint32_t number = i == event->provider ? 0 : objects_find(&replay->objects, &key);

        if (replay->objects.records[number].state == OBJECT_LIVE)
            return number;
    }
    return 0;
}

/* Has the provider handed out such things itself? Else it may be a part of the other one. */
static bool is_independent(const struct replay *replay, const struct trace_event *event)
{
    unsigned kind = event->function->effects[event->effect].kind;

    return replay->tallies[(size_t)event->provider * SCA_KIND_COUNT + kind].acquired != 0;
}

/* Is it another provider's? Then that is told, once, and nothing more is to be said of the call. */
static bool judge_mixed(struct replay *replay, uint32_t number)
{
    const struct trace_event *event = &replay->trace->events[number];
    bool release = event->function->effects[event->effect].type == SCA_RELEASE;
    uint32_t found = event->object ? find_of_another(replay, event) : 0;
    struct object *object = &replay->objects.records[found];
    struct incident *incident;

    if (!found)
        return false;
    if (!(object->flags & OBJECT_TOLD)) {
        incident = blame(replay, RULE_MIXED_PROVIDER, object, number);
        incident->detail |= (release ? DETAIL_RELEASE : 0) |
                            (!pending(event) && !succeeded(event) ? DETAIL_CALL_FAILED : 0);
        if (!is_independent(replay, event))
            incident->severity = SEVERITY_NOTE;
        note_if_blind(replay, incident, event);
    }
    if (release && sca_is_memory(object->kind)) {
        mismatched_given(replay, number, found);
    } else if (release && succeeded(event)) {
        object->flags |= OBJECT_EXCUSED;
        replay_release_elsewhere(replay, found, number);
    } else if (release) {
        object->attempt = number;
    }
    return true;
}

/* ---- handles -------------------------------------------------------------------------------- */

/* 0 is this machine, for which there are no books. */
static bool is_this_machine(const struct trace_event *event)
{
    return !event->object && event->function->effects[event->effect].kind == SCA_KIND_WTS_SERVER;
}

static void judge_unknown(struct replay *replay, uint32_t number)
{
    const struct trace *trace = replay->trace;
    const struct trace_event *event = &trace->events[number];
    const struct sca_effect *effect = &event->function->effects[event->effect];
    bool valid = event->object && event->object != INVALID_HANDLE;
    struct incident *incident;

    if (!trace->complete || trace->flags & SCA_FLAG_FORKED || is_this_machine(event) ||
        (valid && pending(event)) || judge_mixed(replay, number))
        return;
    incident = replay_incident(replay, RULE_USE_AFTER_RELEASE, effect->kind, event->provider);
    incident->events[STORY_MISUSED] = number;
    incident->detail = DETAIL_NEVER_HANDED_OUT | (event->object ? 0 : DETAIL_ZERO);
    /* It may come from elsewhere, and the call have failed for another reason. To close what a call
     * returned that failed harms nobody. */
    if (valid || effect->type == SCA_RELEASE)
        incident->severity = SEVERITY_NOTE;
    note_if_blind(replay, incident, event);
}

/* Where one value is handed out several times, the provider may count. */
static bool may_be_open(const struct object *handle)
{
    return handle->kind == SCA_KIND_WTS_SERVER && handle->flags & OBJECT_AGAIN;
}

/* It was closed, but nobody saw it opened. */
static bool is_adopted(const struct object *handle)
{
    return handle->acquired == NO_EVENT;
}

static void judge_dead(struct replay *replay, enum rule_id rule, uint32_t number,
                       struct object *handle)
{
    const struct trace *trace = replay->trace;
    const struct trace_event *event = &trace->events[number];
    struct incident *incident;

    if (!trace->complete || !before(&trace->events[handle->ended], event) || may_be_open(handle) ||
        (is_adopted(handle) && judge_mixed(replay, number)))
        return;
    incident = blame(replay, rule, handle, number);
    incident->events[STORY_RELEASED] = handle->ended;
    if (handle->flags & OBJECT_AGAIN) {
        incident->detail |= DETAIL_AGAIN;
        if (succeeded(event))
            incident->severity = SEVERITY_WARNING;
    }
    if (is_adopted(handle))
        incident->severity = SEVERITY_NOTE; /* where it came from it may have come from again */
    note_if_blind(replay, incident, event);
}

/* The server it was opened on, if that was closed before the event; or NULL. */
static const struct object *closed_server(const struct replay *replay, const struct object *channel,
                                          uint32_t number)
{
    const struct trace_event *events = replay->trace->events;
    const struct object *server = &replay->objects.records[channel->parent];

    return channel->parent && server->state == OBJECT_RELEASED && !may_be_open(server) &&
                   before(&events[server->ended], &events[number])
               ? server
               : NULL;
}

/* FreeRDP's channel leads to its server, which is gone; the contract does not say that it does. */
static void judge_channel(struct replay *replay, uint32_t number, struct object *channel)
{
    const struct object *server = closed_server(replay, channel, number);
    struct incident *incident;

    if (!server || !replay->trace->complete || channel->flags & OBJECT_TOLD)
        return;
    incident = blame(replay, RULE_USE_AFTER_RELEASE, channel, number);
    incident->events[STORY_RELEASED] = server->ended;
    incident->detail |= DETAIL_SERVER_CLOSED;
    incident->severity = SEVERITY_WARNING;
    note_if_blind(replay, incident, &replay->trace->events[number]);
}

static void close_failed(struct replay *replay, uint32_t number, struct object *channel)
{
    judge_channel(replay, number, channel);
    channel->attempt = number;
    if (closed_server(replay, channel, number))
        channel->flags |= OBJECT_EXCUSED; /* the provider has closed it, it seems */
}

/*
 * A static channel that is opened twice is one channel, with one handle, and ends when it is closed
 * once. Unless its server is gone: then it went with that, and this is another one.
 */
static void opened_again(struct replay *replay, uint32_t number, uint32_t handle)
{
    struct object *object = &replay->objects.records[handle];

    if (closed_server(replay, object, number))
        replay_lose(replay, handle);
    else
        object->flags |= OBJECT_AGAIN;
}

/* Several of one window: whichever call ends one, another that is under way may end the next. */
static void unregister(struct replay *replay, const struct object *notification)
{
    struct object *outer = &replay->objects.records[notification->child];

    if (notification->child && notification->attempt != NO_EVENT &&
        pending(&replay->trace->events[notification->attempt]))
        outer->attempt = notification->attempt;
}

/* ---- what happens --------------------------------------------------------------------------- */

static void acquired(struct replay *replay, uint32_t number)
{
    struct object *object = &replay->objects.records[number];

    if (object->kind == SCA_KIND_WTS_BUFFER)
        wts_buffers_acquired(replay, number);
    else if (replay->objects.records[object->parent].state != OBJECT_LIVE)
        object->parent = 0; /* another server of that value, which was not seen */
}

static void refused(struct replay *replay, uint32_t event)
{
    wts_buffers_refused(replay, event);
}

static void act(struct replay *replay, unsigned action, uint32_t event, uint32_t number)
{
    struct object *object = &replay->objects.records[number];

    switch ((enum action)action) {
    case ACTION_FREE:
        wts_buffers_freed(replay, event, number);
        break;
    case ACTION_FREE_UNKNOWN:
        if (!replay->trace->complete || !judge_mixed(replay, event))
            blocks_freed_unknown(replay, event);
        break;
    case ACTION_REISSUE:
        wts_buffers_reissued(replay, event, number);
        break;
    case ACTION_JUDGE_UNKNOWN:
        judge_unknown(replay, event);
        break;
    case ACTION_CLOSE_UNKNOWN:
        if (replay->trace->complete)
            judge_mixed(replay, event);
        break;
    case ACTION_JUDGE_USE:
        judge_dead(replay, RULE_USE_AFTER_RELEASE, event, object);
        break;
    case ACTION_JUDGE_RELEASE:
        judge_dead(replay, RULE_DOUBLE_RELEASE, event, object);
        break;
    case ACTION_ATTEMPT:
        object->attempt = event;
        break;
    case ACTION_CHANNEL:
        judge_channel(replay, event, object);
        break;
    case ACTION_CHANNEL_FAILED:
        close_failed(replay, event, object);
        break;
    case ACTION_AGAIN:
        opened_again(replay, event, number);
        break;
    case ACTION_UNREGISTER:
        unregister(replay, object);
        break;
    case ACTION_NONE:
        break;
    }
}

/* ---- the table ------------------------------------------------------------------------------ */

#define STAY OBJECT_NONE

/* A handle that works although nobody saw it handed out is taken as it is. */
#define NEVER_SEEN                                                                                 \
    [OBJECT_NONE] = {                                                                              \
        [ON_USE] = {OBJECT_UNKNOWN, ACTION_NONE},                                                  \
        [ON_USE_FAILED] = {STAY, ACTION_JUDGE_UNKNOWN},                                            \
        [ON_RELEASE] = {OBJECT_RELEASED, ACTION_CLOSE_UNKNOWN},                                    \
        [ON_RELEASE_FAILED] = {STAY, ACTION_JUDGE_UNKNOWN},                                        \
    }
/* Parent and child have memory of their own. */
#define ANYBODYS                                                                                   \
    {                                                                                              \
        [ON_RELEASE] = { OBJECT_RELEASED, ACTION_NONE }                                            \
    }
#define DEAD                                                                                       \
    {                                                                                              \
        [ON_USE] = {STAY, ACTION_JUDGE_USE}, [ON_USE_FAILED] = {STAY, ACTION_JUDGE_USE},           \
        [ON_RELEASE] = {STAY, ACTION_JUDGE_RELEASE},                                               \
        [ON_RELEASE_FAILED] = {STAY, ACTION_JUDGE_RELEASE},                                        \
    }
#define FREED_UNKNOWN                                                                              \
    {                                                                                              \
        [ON_RELEASE] = {STAY, ACTION_FREE_UNKNOWN},                                                \
        [ON_RELEASE_FAILED] = {STAY, ACTION_FREE_UNKNOWN},                                         \
    }

const struct contract
    contract_wts =
        {
            .table =
                {
                    [SCA_KIND_WTS_BUFFER] =
                        {
                            [OBJECT_NONE] = FREED_UNKNOWN,
                            [OBJECT_INHERITED] = ANYBODYS,
                            [OBJECT_LIVE] = {[ON_RELEASE] = {OBJECT_RELEASED, ACTION_FREE},
                                             [ON_RELEASE_FAILED] = {STAY, ACTION_FREE},
                                             [ON_ACQUIRE] = {STAY, ACTION_REISSUE}},
                            [OBJECT_RELEASED] = FREED_UNKNOWN,
                        },
                    [SCA_KIND_WTS_SERVER] =
                        {
                            NEVER_SEEN,
                            [OBJECT_UNKNOWN] = ANYBODYS,
                            [OBJECT_INHERITED] = ANYBODYS,
                            [OBJECT_LIVE] = {[ON_RELEASE] = {OBJECT_RELEASED, ACTION_NONE},
                                             [ON_RELEASE_FAILED] = {STAY, ACTION_ATTEMPT},
                                             [ON_ACQUIRE] = {STAY, ACTION_AGAIN}},
                            [OBJECT_RELEASED] = DEAD,
                        },
                    [SCA_KIND_WTS_CHANNEL] =
                        {
                            NEVER_SEEN,
                            [OBJECT_UNKNOWN] = ANYBODYS,
                            [OBJECT_INHERITED] = ANYBODYS,
                            [OBJECT_LIVE] = {[ON_USE] = {STAY, ACTION_CHANNEL},
                                             [ON_USE_FAILED] = {STAY, ACTION_CHANNEL},
                                             [ON_RELEASE] = {OBJECT_RELEASED, ACTION_CHANNEL},
                                             [ON_RELEASE_FAILED] = {STAY, ACTION_CHANNEL_FAILED},
                                             [ON_ACQUIRE] = {STAY, ACTION_AGAIN}},
                            [OBJECT_RELEASED] = DEAD,
                        },
                    /* To end one that was never begun fails, and harms nobody. */
                    [SCA_KIND_WTS_NOTIFICATION] =
                        {
                            [OBJECT_INHERITED] = ANYBODYS,
                            [OBJECT_LIVE] = {[ON_RELEASE] = {OBJECT_RELEASED, ACTION_UNREGISTER},
                                             [ON_RELEASE_FAILED] = {STAY, ACTION_ATTEMPT}},
                        },
                },
            .counted = {[SCA_KIND_WTS_BUFFER] = true, [SCA_KIND_WTS_CHANNEL] = true},
            .one_of_a_value = {[SCA_KIND_WTS_SERVER] = true, [SCA_KIND_WTS_CHANNEL] = true},
            .act = act,
            .acquired = acquired,
            .refused = refused,
};
