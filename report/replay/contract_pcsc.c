/* SPDX-License-Identifier: MIT */
/*
 * PC/SC as pcsc-lite keeps it (doc/contracts-pcsc.md): contexts own card handles, which end with
 * them, as transactions do with their card handle, and AUTOALLOCATE blocks, which do not. Blocks
 * belong to nobody but SCardFreeMemory, which frees with any valid context.
 *
 * Whatever cannot be certain is silent or a note: calls that overlapped, values of which the trace
 * cannot have seen the origin, releases that never came back.
 */
#include "blocks.h"
#include "contract.h"
#include "evidence.h"
#include "inheritance.h"
#include "layers.h"
#include "limits.h"
#include "transactions.h"

enum action {
    ACTION_NONE,
    ACTION_JUDGE_UNKNOWN, /* use or release of a value never handed out */
    ACTION_JUDGE_USE,     /* use of a dead object */
    ACTION_JUDGE_RELEASE, /* release of a dead object */
    ACTION_ATTEMPT,       /* a release that failed or is in flight */
    ACTION_USE_FAILED,    /* as did any other call, of a live context or card handle */
    ACTION_FREE,          /* SCardFreeMemory of a live block, whatever came of it */
    ACTION_FREE_UNKNOWN,  /* SCardFreeMemory of anything else */
    ACTION_END_CHILDREN,  /* a context is released, or a card handle */
    ACTION_FORK_USE,      /* use of an inherited object */
    ACTION_FORK_RELEASE,  /* its release, whatever came of it */
    ACTION_REISSUE        /* a value is handed out that is still live */
};

static void judge_unknown(struct replay *replay, uint32_t number)
{
    const struct trace *trace = replay->trace;
    const struct trace_event *event = &trace->events[number];
    const struct sca_effect *effect = &event->function->effects[event->effect];
    struct incident *incident;

    if (!trace->complete || trace->flags & SCA_FLAG_FORKED)
        return; /* its acquisition may be what is missing, or an ancestor's that is not known */
    incident = replay_incident(replay, RULE_USE_AFTER_RELEASE, effect->kind, event->provider);
    incident->events[STORY_MISUSED] = number;
    incident->detail = DETAIL_NEVER_HANDED_OUT | (event->object ? 0 : DETAIL_ZERO);
    /* 0 is never a valid value, and releasing it is as harmless as free(NULL): what is left after
     * a failed acquisition. Of others only INVALID_HANDLE proves that the provider has none. */
    if (has_blind_spot(trace, event->provider) ||
        (event->object ? !failed_with(event, RESULT_INVALID_HANDLE) : effect->type == SCA_RELEASE))
        incident->severity = SEVERITY_NOTE;
}

static void judge_dead(struct replay *replay, enum rule_id rule, uint32_t number,
                       struct object *object)
{
    const struct trace_event *events = replay->trace->events;
    struct incident *incident;

    if (!before(&events[object->ended], &events[number])) {
        if (rule == RULE_DOUBLE_RELEASE)
            object->flags |= OBJECT_EXCUSED; /* it was about to be released in its own right */
        return;
    }
    incident = blame(replay, rule, object, number);
    incident->events[STORY_RELEASED] = object->ended;
    if (object->state == OBJECT_ENDED)
        incident->detail |= DETAIL_ENDED_WITH_PARENT;
}

static void attempt(struct replay *replay, uint32_t number, struct object *object)
{
    const struct trace_event *events = replay->trace->events;

    if (object->attempt == NO_EVENT || !pending(&events[object->attempt]))
        object->attempt = number;
    /* The provider has forgotten it: nothing is left that the program could do. A block is the
     * program's own. */
    if (object->kind != SCA_KIND_AUTOALLOCATE &&
        failed_with(&events[number], RESULT_INVALID_HANDLE))
        object->flags |= OBJECT_EXCUSED;
}

/* What a call that failed says of the context or card handle it was given. */
static void use_failed(struct replay *replay, uint32_t number, uint32_t given)
{
    struct object *object = &replay->objects.records[given];

    if (lost_service(&replay->trace->events[number])) {
        object->flags |= OBJECT_CUT_OFF;
        if (object->parent)
            replay->objects.records[object->parent].flags |= OBJECT_CUT_OFF;
    }
    if (object->kind == SCA_KIND_CARD_HANDLE)
        transactions_call_failed(replay, given, number);
    else
        limits_call_failed(replay, given, number);
}

static void release_failed(struct replay *replay, uint32_t number, uint32_t given)
{
    struct object *object = &replay->objects.records[given];

    if (object->kind == SCA_KIND_TRANSACTION && transactions_end_failed(replay, given, number))
        return;
    if (object->kind == SCA_KIND_CARD_HANDLE)
        use_failed(replay, number, given);
    attempt(replay, number, object);
}

static void end_children(struct replay *replay, uint32_t event, uint32_t parent)
{
    struct object *records = replay->objects.records;

    if (records[parent].kind == SCA_KIND_CARD_HANDLE) {
        transactions_end(replay, parent, event);
        limits_disconnected(replay, parent);
        return;
    }
    for (uint32_t child = records[parent].child; child; child = records[child].next)
        if (records[child].state == OBJECT_LIVE) {
            transactions_end(replay, child, event);
            replay_end_with_parent(replay, child, event);
        }
    records[parent].child = 0;
}

static void lose_children(struct replay *replay, uint32_t parent)
{
    struct object *records = replay->objects.records;

    if (records[parent].kind == SCA_KIND_CARD_HANDLE) {
        transactions_lose(replay, parent);
        limits_disconnected(replay, parent);
    }
    if (records[parent].kind != SCA_KIND_CONTEXT)
        return;
    for (uint32_t child = records[parent].child; child; child = records[child].next)
        if (records[child].state == OBJECT_LIVE) {
            transactions_lose(replay, child);
            replay_lose(replay, child);
        }
}

/* The context value a block must be freed with. False: it was never seen. */
static bool own_context(const struct replay *replay, const struct object *block, uint64_t *value)
{
    const struct trace_event *acquired;

    if (block->parent) {
        *value = replay->objects.records[block->parent].value;
        return true;
    }
    acquired = &replay->trace->events[block->acquired];
    *value = acquired->companion;
    return replay_owner_kind(acquired) == SCA_KIND_CONTEXT;
}

/* Was this block's context, and no later one of the same value, released before the event? */
static bool context_released(const struct replay *replay, const struct object *block,
                             uint32_t event)
{
    const struct trace_event *events = replay->trace->events;
    const struct objects *objects = &replay->objects;
    const struct object *context = &objects->records[block->parent];
    struct object_key key =
        objects_key(objects, context->provider, SCA_KIND_CONTEXT, context->value);

    return block->parent && context->state == OBJECT_RELEASED &&
           objects_find(objects, &key) == block->parent &&
           before(&events[context->ended], &events[event]);
}

static void judge_thread(struct replay *replay, uint32_t number, struct object *block)
{
    struct incident *incident;

    if (replay->trace->events[number].thread == block->thread)
        return;
    incident = blame(replay, RULE_CROSS_THREAD_FREE, block, NO_EVENT);
    incident->events[STORY_RELEASED] = number;
    if (!replay->trace->complete)
        incident->severity = SEVERITY_NOTE; /* it may be another block at the same address */
}

static void free_block(struct replay *replay, uint32_t number, uint32_t object)
{
    const struct trace_event *event = &replay->trace->events[number];
    struct object *block = &replay->objects.records[object];
    struct incident *incident;
    uint64_t own = 0;
    bool known = own_context(replay, block, &own);

    if (blocks_freed_before(replay, number, object))
        return;
    /* Once its context is gone, a lost block may be freed with any other: that is the repair. One
     * of context 0, which WinPR takes, has none. */
    if (known && own && event->companion != own && !(block->flags & OBJECT_EXCUSED)) {
        incident = blame(replay, RULE_WRONG_CONTEXT, block, number);
        if (!replay->trace->complete)
            incident->severity = SEVERITY_NOTE; /* as in judge_thread() */
        if (!pending(event) && !succeeded(event)) {
            incident->detail |= DETAIL_CALL_FAILED;
            block->incident = (uint32_t)replay->incidents_count;
        }
    } else if (known && event->companion == own && !pending(event) && !succeeded(event) &&
               context_released(replay, block, number)) {
        incident = blame(replay, RULE_FREE_AFTER_RELEASE, block, number);
        incident->events[STORY_RELEASED] = replay->objects.records[block->parent].ended;
        block->flags |= OBJECT_EXCUSED;
    }
    if (succeeded(event))
        judge_thread(replay, number, block);
    else
        attempt(replay, number, block);
}

/* A value is handed out that is still live: somebody gave the old one back. */
static void reissue(struct replay *replay, uint32_t number)
{
    struct object *object = &replay->objects.records[number];
    struct incident *incident;

    if (object->attempt != NO_EVENT && pending(&replay->trace->events[object->attempt])) {
        uint32_t release = object->attempt; /* has taken effect, though it never came back */

        if (object->kind == SCA_KIND_AUTOALLOCATE)
            judge_thread(replay, release, object);
        else
            end_children(replay, release, number);
        replay_release(replay, number, release);
        return;
    }
    if (object->kind == SCA_KIND_AUTOALLOCATE && replay->trace->complete &&
        !(object->flags & OBJECT_EXCUSED)) {
        incident = blame(replay, RULE_AUTOALLOCATE_LEAK, object, NO_EVENT);
        incident->detail |= DETAIL_REISSUED;
        incident->cause = object->incident;
    }
    lose_children(replay, number);
    replay_lose(replay, number);
}

/* ---- forked children ------------------------------------------------------------------------ */

/* The context whose connection to pcscd an inherited object uses, in the books of the process that
 * acquired it; the object itself if that is not known. */
static struct object *session_of(struct replay *replay, const struct object *object)
{
    struct object *origin = inherited_from(replay, object);

    return origin->parent
               ? &replay_ancestor(replay, object->levels)->objects.records[origin->parent]
               : origin;
}

static void share(struct object *object, uint32_t heir)
{
    object->flags |= OBJECT_SHARED;
    if (!object->heir)
        object->heir = heir;
    else if (object->heir != heir)
        object->flags |= OBJECT_CONTESTED;
}

/*
 * Told once for each object: its release, if there is one, because that is what ends the parent's
 * session; else the first use. SCardCancel is none: it has a connection of its own and cancels
 * what the parent waits for, as it may.
 */
static void fork_use(struct replay *replay, uint32_t number, struct object *object, bool release)
{
    const struct trace_event *event = &replay->trace->events[number];
    struct incident *incident;

    if (event->function == &sca_functions[SCA_FN_SCardCancel])
        return;
    if (!object->incident) {
        share(session_of(replay, object), replay->trace->pid);
        blame(replay, RULE_FORK_USE, object, number);
        object->incident = (uint32_t)replay->incidents_count;
    }
    incident = &replay->incidents[object->incident - 1];
    if (!release || incident->detail & DETAIL_RELEASE)
        return;
    incident->events[STORY_MISUSED] = number;
    incident->detail |= DETAIL_RELEASE;
    if (!succeeded(event))
        incident->detail |= DETAIL_CALL_FAILED;
}

/*
 * The first process made no call after the fork and is gone, and no other child used the object:
 * so it was handed over, as by a program that calls daemon(). That works in pcsc-lite.
 */
static void excuse_heirs(struct replay *replay)
{
    struct objects *objects = &replay->objects;

    for (uint32_t i = 1; i < objects->count; i++) {
        const struct object *object = &objects->records[i];

        if (!object->levels || !object->incident ||
            session_of(replay, object)->flags & OBJECT_CONTESTED ||
            !inherited_alone(replay, object))
            continue;
        replay->incidents[object->incident - 1].severity = SEVERITY_NOTE;
        replay->incidents[object->incident - 1].detail |= DETAIL_HANDED_OVER;
        if (object->state == OBJECT_RELEASED) /* in its place */
            inherited_from(replay, object)->flags |= OBJECT_EXCUSED;
    }
}

static void act(struct replay *replay, unsigned action, uint32_t event, uint32_t number)
{
    struct object *object = &replay->objects.records[number];

    switch ((enum action)action) {
    case ACTION_JUDGE_UNKNOWN:
        judge_unknown(replay, event);
        break;
    case ACTION_JUDGE_USE:
        judge_dead(replay, RULE_USE_AFTER_RELEASE, event, object);
        break;
    case ACTION_JUDGE_RELEASE:
        judge_dead(replay, RULE_DOUBLE_RELEASE, event, object);
        break;
    case ACTION_ATTEMPT:
        release_failed(replay, event, number);
        break;
    case ACTION_USE_FAILED:
        use_failed(replay, event, number);
        break;
    case ACTION_FREE:
        free_block(replay, event, number);
        break;
    case ACTION_FREE_UNKNOWN:
        blocks_freed_unknown(replay, event);
        break;
    case ACTION_END_CHILDREN:
        end_children(replay, event, number);
        break;
    case ACTION_FORK_USE:
        fork_use(replay, event, object, false);
        break;
    case ACTION_FORK_RELEASE:
        fork_use(replay, event, object, true);
        if (succeeded(&replay->trace->events[event]))
            end_children(replay, event, number);
        break;
    case ACTION_REISSUE:
        reissue(replay, number);
        break;
    case ACTION_NONE:
        break;
    }
}

static void end(struct replay *replay)
{
    if (replay->parent)
        excuse_heirs(replay);
}

/* ---- the table ------------------------------------------------------------------------------ */

#define STAY OBJECT_NONE

/* A value that works although nobody saw it handed out is taken as it is. */
#define NEVER_SEEN                                                                                 \
    [OBJECT_NONE] = {                                                                              \
        [ON_USE] = {OBJECT_UNKNOWN, ACTION_NONE},                                                  \
        [ON_USE_FAILED] = {STAY, ACTION_JUDGE_UNKNOWN},                                            \
        [ON_RELEASE] = {OBJECT_RELEASED, ACTION_NONE},                                             \
        [ON_RELEASE_FAILED] = {STAY, ACTION_JUDGE_UNKNOWN},                                        \
    }
#define INHERITED                                                                                  \
    {                                                                                              \
        [ON_USE] = {STAY, ACTION_FORK_USE}, [ON_USE_FAILED] = {STAY, ACTION_FORK_USE},             \
        [ON_RELEASE] = {OBJECT_RELEASED, ACTION_FORK_RELEASE},                                     \
        [ON_RELEASE_FAILED] = {STAY, ACTION_FORK_RELEASE},                                         \
    }
#define SESSION                                                                                    \
    {                                                                                              \
        [ON_USE_FAILED] = {STAY, ACTION_USE_FAILED},                                               \
        [ON_RELEASE] = {OBJECT_RELEASED, ACTION_END_CHILDREN},                                     \
        [ON_RELEASE_FAILED] = {STAY, ACTION_ATTEMPT}, [ON_ACQUIRE] = {STAY, ACTION_REISSUE},       \
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

const struct contract contract_pcsc = {
    .table =
        {
            [SCA_KIND_CONTEXT] =
                {
                    NEVER_SEEN,
                    [OBJECT_UNKNOWN] = {[ON_RELEASE] = {OBJECT_RELEASED, ACTION_END_CHILDREN}},
                    [OBJECT_INHERITED] = INHERITED,
                    [OBJECT_LIVE] = SESSION,
                    [OBJECT_RELEASED] = DEAD,
                },
            [SCA_KIND_CARD_HANDLE] =
                {
                    NEVER_SEEN,
                    [OBJECT_UNKNOWN] = {[ON_RELEASE] = {OBJECT_RELEASED, ACTION_END_CHILDREN}},
                    [OBJECT_INHERITED] = INHERITED,
                    [OBJECT_LIVE] = SESSION,
                    [OBJECT_RELEASED] = DEAD,
                    [OBJECT_ENDED] = DEAD,
                },
            /* To end one that was never begun fails, and harms nobody. */
            [SCA_KIND_TRANSACTION] =
                {
                    [OBJECT_LIVE] = {[ON_RELEASE] = {OBJECT_RELEASED, ACTION_NONE},
                                     [ON_RELEASE_FAILED] = {STAY, ACTION_ATTEMPT}},
                },
            [SCA_KIND_AUTOALLOCATE] =
                {
                    [OBJECT_NONE] = FREED_UNKNOWN,
                    [OBJECT_INHERITED] = {[ON_RELEASE] = {OBJECT_RELEASED, ACTION_NONE}},
                    [OBJECT_LIVE] = {[ON_RELEASE] = {OBJECT_RELEASED, ACTION_FREE},
                                     [ON_RELEASE_FAILED] = {STAY, ACTION_FREE},
                                     [ON_ACQUIRE] = {STAY, ACTION_REISSUE}},
                    [OBJECT_RELEASED] = FREED_UNKNOWN,
                },
        },
    .ends_with_parent = {[SCA_KIND_CARD_HANDLE] = true, [SCA_KIND_TRANSACTION] = true},
    .counted = {[SCA_KIND_CONTEXT] = true, [SCA_KIND_CARD_HANDLE] = true},
    .bookkeeping = 1U << ACTION_END_CHILDREN | 1U << ACTION_ATTEMPT | 1U << ACTION_USE_FAILED,
    .acquired = limits_acquired,
    .refused = limits_refused,
    .act = act,
    .end = end,
};
