/* SPDX-License-Identifier: MIT */
#include "replay.h"

#include <stdlib.h>

#include "contract.h"
#include "held.h"
#include "inheritance.h"
#include "layers.h"
#include "lsa.h"
#include "memory.h"
#include "progress.h"
#include "rpc.h"

/* How many events ahead the table is prefetched: slots, and what they lead to. */
#define SLOTS_AHEAD 24
#define RECORDS_AHEAD 12
#define KEYS 32

static const struct contract *const contracts[] = {
    [SCA_FAMILY_PCSC] = &contract_pcsc, [SCA_FAMILY_HEAP] = &contract_heap,
    [SCA_FAMILY_RPC] = &contract_rpc,   [SCA_FAMILY_WTS] = &contract_wts,
    [SCA_FAMILY_LSA] = &contract_lsa,
};

/* One effect of one row, unfolded so that the loop needs one look. */
struct step {
    const struct contract *contract;
    uint8_t kind, owner_kind;
    uint8_t done, failed; /* enum happening: of a call that succeeded, and of one that did not */
    bool ends_with_parent, nests, counted, one_of_a_value;
    void (*event)(struct replay *replay, uint32_t event); /* NULL: the tables say it all */
};

/* The owner argument is a resource that the same row uses: that tells its kind. What nests has the
 * value of the resource it belongs to. */
static unsigned owner_kind(const struct sca_function *function, const struct sca_effect *effect)
{
    uint8_t owner = effect->type == SCA_BEGIN ? effect->arg : effect->owner;

    if (owner == SCA_NOARG)
        return SCA_KIND_NONE;
    for (size_t i = 0; i < SCA_MAX_EFFECTS; i++) {
        const struct sca_effect *other = &function->effects[i];

        if (other->type == SCA_USE && other->arg == owner)
            return other->kind;
    }
    return function->family == SCA_FAMILY_PCSC ? SCA_KIND_CONTEXT : SCA_KIND_NONE;
}

unsigned replay_owner_kind(const struct trace_event *event)
{
    return owner_kind(event->function, &event->function->effects[event->effect]);
}

/* What an effect of this type is to the object, and what if the call does not succeed. */
static const uint8_t happenings[][2] = {
    [SCA_NOTHING] = {ON_QUERY, ON_QUERY},      [SCA_USE] = {ON_USE, ON_USE_FAILED},
    [SCA_QUERY] = {ON_QUERY, ON_QUERY},        [SCA_RELEASE] = {ON_RELEASE, ON_RELEASE_FAILED},
    [SCA_HANDLE] = {ON_ACQUIRE, ON_ACQUIRE},   [SCA_BLOCK] = {ON_ACQUIRE, ON_ACQUIRE},
    [SCA_BEGIN] = {ON_ACQUIRE, ON_ACQUIRE},    [SCA_OUT] = {ON_ACQUIRE, ON_ACQUIRE},
    [SCA_RETURNED] = {ON_ACQUIRE, ON_ACQUIRE}, [SCA_FREE] = {ON_RELEASE, ON_RELEASE_FAILED},
    [SCA_DAMAGE] = {ON_DAMAGE, ON_DAMAGE},
};

static void unfold(struct step steps[SCA_FN_COUNT][SCA_MAX_EFFECTS])
{
    for (size_t i = 0; i < SCA_FN_COUNT; i++) {
        const struct sca_function *function = &sca_functions[i];
        const struct contract *contract = contracts[function->family];

        for (size_t j = 0; j < SCA_MAX_EFFECTS; j++) {
            const struct sca_effect *effect = &function->effects[j];

            steps[i][j] = (struct step){
                .contract = contract,
                .kind = effect->kind,
                .owner_kind = (uint8_t)owner_kind(function, effect),
                .done = happenings[effect->type][0],
                .failed = happenings[effect->type][1],
                .ends_with_parent = contract->ends_with_parent[effect->kind],
                .nests = effect->type == SCA_BEGIN,
                .counted = contract->counted[effect->kind],
                .one_of_a_value = contract->one_of_a_value[effect->kind],
                .event = contract->event,
            };
        }
    }
}

static struct tally *tally(struct replay *replay, const struct object *object)
{
    return &replay->tallies[(size_t)object->provider * SCA_KIND_COUNT + object->kind];
}

struct siblings *replay_siblings(struct replay *replay, const struct object *object)
{
    return &replay->siblings[object->stack * replay->sources_count + object->source];
}

static uint8_t source_of(const struct replay *replay, const struct trace_event *event)
{
    return replay->sources[event->function - sca_functions][event->effect];
}

const struct siblings *replay_event_siblings(const struct replay *replay, uint32_t number)
{
    const struct trace_event *event = &replay->trace->events[number];

    return &replay->siblings[event->stack * replay->sources_count + source_of(replay, event)];
}

static void count_sources(struct replay *replay)
{
    replay->sources_count = 1;
    for (size_t i = 0; i < SCA_FN_COUNT; i++)
        for (size_t j = 0; j < SCA_MAX_EFFECTS; j++) {
            if (sca_acquires(sca_functions[i].effects[j].type))
                replay->sources[i][j] = (uint8_t)replay->sources_count++;
        }
}

/* Is it in the books of another provider, too? Before it ends: that one may have ended first. */
static bool stands_below(const struct replay *replay, uint32_t number)
{
    return replay->objects.records[number].kind == SCA_KIND_TRANSACTION
               ? layers_covers(replay, number)
               : layers_top(replay, number) != number;
}

static void write_down_end(struct replay *replay, uint32_t number, enum object_state state,
                           uint32_t event)
{
    struct lifetime *lifetime = lifetimes_find(replay->lifetimes, number);

    lifetime->end = state == OBJECT_RELEASED ? LIFETIME_RELEASED
                    : state == OBJECT_ENDED  ? LIFETIME_WITH_OWNER
                                             : LIFETIME_LOST;
    lifetime->ended = event;
    lifetime->covered = stands_below(replay, number);
}

static void end(struct replay *replay, uint32_t number, enum object_state state, uint32_t event)
{
    struct object *object = &replay->objects.records[number];
    struct tally *sum = tally(replay, object);

    if (replay->lifetimes)
        write_down_end(replay, number, state, event);
    object->state = (uint8_t)state;
    sum->released++;
    sum->live--;
    if (sca_is_pooled(object->kind) && object->parent)
        objects_leave(&replay->objects, number);
    if (sca_nests(object->kind) && object->child)
        objects_uncover(&replay->objects, number, object->child);
}

void replay_release(struct replay *replay, uint32_t number, uint32_t event)
{
    struct object *object = &replay->objects.records[number];
    struct siblings *siblings = replay_siblings(replay, object);

    end(replay, number, OBJECT_RELEASED, event);
    object->ended = event;
    siblings->released++;
    siblings->last_release = event;
}

void replay_release_elsewhere(struct replay *replay, uint32_t number, uint32_t event)
{
    struct object *object = &replay->objects.records[number];

    if (object->state == OBJECT_LIVE)
        end(replay, number, OBJECT_RELEASED, event);
    object->state = OBJECT_RELEASED;
    object->ended = event;
}

void replay_end_with_parent(struct replay *replay, uint32_t number, uint32_t event)
{
    end(replay, number, OBJECT_ENDED, event);
    replay->objects.records[number].ended = event;
}

void replay_lose(struct replay *replay, uint32_t number)
{
    end(replay, number, OBJECT_UNKNOWN, NO_EVENT);
}

struct incident *replay_incident(struct replay *replay, enum rule_id rule, unsigned kind,
                                 uint32_t provider)
{
    struct incident *incident;

    GROW(replay->incidents, replay->incidents_count, replay->incidents_room);
    incident = &replay->incidents[replay->incidents_count++];
    *incident = (struct incident){.rule = (uint8_t)rule,
                                  .severity = (uint8_t)rules[rule].severity,
                                  .kind = (uint8_t)kind,
                                  .provider = (uint16_t)provider};
    for (size_t i = 0; i < STORY_COUNT; i++)
        incident->events[i] = NO_EVENT;
    return incident;
}

/* What a new resource belongs to: its owner argument, of a card handle its context; what nests, to
 * the resource that has its value. */
static uint32_t find_parent(const struct replay *replay, const struct trace_event *event,
                            const struct step *step)
{
    struct object_key key;
    uint32_t owner;

    if (step->owner_kind == SCA_KIND_NONE)
        return 0;
    key = objects_key(&replay->objects, event->provider, step->owner_kind,
                      step->nests ? event->object : event->companion);
    owner = objects_find(&replay->objects, &key);
    if (owner && step->owner_kind == SCA_KIND_CARD_HANDLE && !step->nests)
        owner = replay->objects.records[owner].parent;
    return owner;
}

/* A new resource that ends with its parent joins its list, or ends at once. What nests is found by
 * its parent's value. */
static void join_parent(struct replay *replay, uint32_t number, bool nests)
{
    struct object *object = &replay->objects.records[number];
    struct object *parent = &replay->objects.records[object->parent];
    const struct trace_event *events = replay->trace->events;

    if (parent->state != OBJECT_RELEASED && parent->state != OBJECT_ENDED) {
        if (!nests) {
            object->next = parent->child;
            parent->child = number;
        }
    } else if (events[object->acquired].enter <= events[parent->ended].leave) {
        /* The release overtook the call: nobody's mistake so far. */
        object->flags |= OBJECT_EXCUSED;
        replay_end_with_parent(replay, number, parent->ended);
    } else {
        object->parent = 0; /* another one of that value, which was not seen */
    }
}

/*
 * The provider stores a new value before the call returns, so another thread may release it before
 * its acquisition takes effect: the event of such a release, or NO_EVENT.
 */
static uint32_t overtaken_by(const struct replay *replay, uint32_t number,
                             const struct trace_event *event)
{
    const struct object *old = &replay->objects.records[number];

    if (old->state == OBJECT_RELEASED && old->acquired == NO_EVENT &&
        replay->trace->events[old->ended].enter >= event->enter)
        return old->ended;
    return NO_EVENT;
}

uint32_t replay_acquire(struct replay *replay, uint32_t event_number, const struct object_key *key,
                        uint32_t old, uint32_t parent)
{
    const struct trace_event *event = &replay->trace->events[event_number];
    uint32_t number = objects_new(&replay->objects, key, old);
    struct object *object = &replay->objects.records[number];
    struct tally *sum = tally(replay, object);

    object->state = OBJECT_LIVE;
    object->acquired = event_number;
    object->thread = event->thread;
    object->stack = event->stack;
    object->source = source_of(replay, event);
    object->parent = parent;
    replay_siblings(replay, object)->acquired++;
    if (event->size > replay->largest_block)
        replay->largest_block = event->size;
    sum->acquired++;
    sum->live++;
    if (sum->live > sum->peak)
        sum->peak = sum->live;
    if (replay->layers)
        layers_acquired(replay, number);
    if (replay->lifetimes)
        lifetimes_begin(replay->lifetimes, number,
                        &(struct lifetime){.acquired = event_number,
                                           .ended = NO_EVENT,
                                           .marked = NO_EVENT,
                                           .provider = object->provider,
                                           .kind = object->kind});
    return number;
}

static void acquire(struct replay *replay, const struct step *step, uint32_t event_number,
                    const struct object_key *key, uint32_t old)
{
    const struct trace_event *event = &replay->trace->events[event_number];
    uint32_t parent = find_parent(replay, event, step);
    uint32_t overtaken = overtaken_by(replay, old, event);
    bool nested = step->nests && replay->objects.records[old].state == OBJECT_LIVE;
    uint32_t number;

    if (replay->rpc && sca_is_memory(step->kind))
        rpc_reissued(replay, event_number);
    if (replay->lsa && sca_is_memory(step->kind))
        lsa_reissued(replay, event_number);
    number = replay_acquire(replay, event_number, key, old, parent);
    if (nested)
        replay->objects.records[number].child = old;
    if (overtaken != NO_EVENT)
        replay_release(replay, number, overtaken);
    else if (parent && step->ends_with_parent)
        join_parent(replay, number, step->nests);
    if (step->counted && replay->objects.records[number].state == OBJECT_LIVE)
        step->contract->acquired(replay, number);
}

/* Move an object to its next state. One that was never seen, but plainly exists, is adopted. */
static void move(struct replay *replay, uint32_t number, enum object_state next,
                 const struct object_key *key, uint32_t event)
{
    struct object *object;

    if (!number)
        number = objects_new(&replay->objects, key, 0);
    object = &replay->objects.records[number];
    if (object->state == OBJECT_RELEASED)
        return;
    if (object->state == OBJECT_LIVE && next == OBJECT_RELEASED) {
        replay_release(replay, number, event);
        return;
    }
    object->state = (uint8_t)next;
    if (next == OBJECT_RELEASED)
        object->ended = event;
}

static enum happening classify(const struct step *step, const struct trace_event *event)
{
    if (step->done == step->failed)
        return step->done;
    return event->leave && sca_succeeded(event->function, event->result) ? step->done
                                                                         : step->failed;
}

static const struct step *step_of(const struct step steps[SCA_FN_COUNT][SCA_MAX_EFFECTS],
                                  const struct trace_event *event)
{
    return &steps[event->function - sca_functions][event->effect];
}

static uint32_t find(const struct objects *objects, const struct object_key *key)
{
    return key->kind == SCA_KIND_NONE ? objects_find_memory(objects, key)
                                      : objects_find(objects, key);
}

/* 0 is no resource: nothing was handed out, or given back. WinPR takes it for a context. */
static bool is_void(enum happening happening)
{
    return happening == ON_ACQUIRE || happening == ON_USE || happening == ON_RELEASE;
}

/* An inherited object is told once, however often it is used. */
static bool is_told(const struct replay *replay, size_t before, uint32_t object)
{
    return replay->incidents_count != before ||
           replay->objects.records[object].state == OBJECT_INHERITED;
}

static void judge(struct replay *replay, const struct step *step, unsigned action, uint32_t event,
                  uint32_t object)
{
    size_t before = replay->incidents_count;

    if (replay->layers && layers_judge(replay, event, object) &&
        !(step->contract->bookkeeping >> action & 1))
        return;
    if (!action)
        return;
    step->contract->act(replay, action, event, object);
    if (replay->layers && is_told(replay, before, object))
        layers_told(replay, event);
}

#define TOLD_EVERY 65536 /* events */

static void run(struct replay *replay, uint32_t count)
{
    struct step steps[SCA_FN_COUNT][SCA_MAX_EFFECTS];
    struct object_key keys[KEYS]; /* a ring: those of events i to i + SLOTS_AHEAD */
    const struct trace_event *events = replay->trace->events;
    struct objects *objects = &replay->objects;
    uint32_t hashed = 0;

    unfold(steps);
    for (uint32_t i = 0; i < count; i++) {
        const struct trace_event *event = &events[i];
        const struct step *step = step_of(steps, event);
        const struct object_key *key = &keys[i % KEYS];
        enum happening happening;
        const struct transition *transition;
        uint32_t number;

        if (i % TOLD_EVERY == 0)
            progress_at(i, count);
        for (; hashed < count && hashed - i <= SLOTS_AHEAD; hashed++) {
            const struct trace_event *ahead = &events[hashed];

            keys[hashed % KEYS] =
                objects_key(objects, ahead->provider, step_of(steps, ahead)->kind, ahead->object);
            objects_prefetch_slot(objects, &keys[hashed % KEYS]);
        }
        if (hashed - i > RECORDS_AHEAD)
            objects_prefetch_record(objects, &keys[(i + RECORDS_AHEAD) % KEYS]);
        if (step->event) {
            step->event(replay, i);
            continue;
        }
        happening = classify(step, event);
        if (!event->object && is_void(happening)) {
            if (happening == ON_ACQUIRE && step->counted)
                step->contract->refused(replay, i);
            continue;
        }
        number = find(objects, key);
        transition = &step->contract->table[step->kind][objects->records[number].state][happening];
        if (!number && replay->parent && (transition->action || transition->next != OBJECT_NONE)) {
            number = inherit(replay, key);
            transition =
                &step->contract->table[step->kind][objects->records[number].state][happening];
        }
        judge(replay, step, transition->action, i, number);
        if (happening == ON_ACQUIRE) {
            if (!step->one_of_a_value || objects->records[number].state != OBJECT_LIVE)
                acquire(replay, step, i, key, number);
        } else if (transition->next != OBJECT_NONE) {
            move(replay, number, transition->next, key, i);
        }
    }
}

/* Of what is live: is it told of elsewhere, and was it marked? */
static void finish_lifetimes(struct replay *replay)
{
    for (uint32_t i = 1; i < replay->objects.count; i++) {
        const struct object *object = &replay->objects.records[i];
        struct lifetime *lifetime;

        if (object->state != OBJECT_LIVE)
            continue;
        lifetime = lifetimes_find(replay->lifetimes, i);
        lifetime->covered = layers_covers(replay, i);
        if (object->flags & OBJECT_MARKED)
            lifetime->marked = object->attempt;
    }
}

struct replay *replay_run(const struct trace *trace, enum ending ending, struct replay *parent)
{
    return replay_run_for_lifetimes(trace, ending, parent, NULL);
}

struct replay *replay_run_for_lifetimes(const struct trace *trace, enum ending ending,
                                        struct replay *parent, struct lifetimes *lifetimes)
{
    struct replay *replay = xcalloc(1, sizeof *replay);
    size_t count;

    count_sources(replay);
    count = trace->stacks_count * replay->sources_count;
    replay->trace = trace;
    replay->parent = parent;
    replay->ending = ending;
    replay->layers = layers_new(trace);
    replay->lifetimes = lifetimes;
    objects_init(&replay->objects);
    replay->siblings = xcalloc(count, sizeof *replay->siblings);
    for (size_t i = 0; i < count; i++)
        replay->siblings[i].last_release = NO_EVENT;
    replay->tallies = xcalloc(trace->providers_count * SCA_KIND_COUNT, sizeof *replay->tallies);
    /* 2^32 events are 256 GiB of trace, and more of memory: out of reach before they are reached.
     */
    run(replay, (uint32_t)(trace->events_count < NO_EVENT ? trace->events_count : NO_EVENT - 1));
    if (lifetimes)
        finish_lifetimes(replay);
    return replay;
}

void replay_end(struct replay *replay)
{
    for (size_t i = 0; i < sizeof contracts / sizeof *contracts; i++)
        if (contracts[i] && contracts[i]->end)
            contracts[i]->end(replay);
    if (replay->trace->complete) /* else the release may be what is missing */
        held_judge(replay);
}

struct replay *replay_ancestor(struct replay *replay, uint32_t levels)
{
    while (levels--)
        replay = replay->parent;
    return replay;
}

void replay_free(struct replay *replay)
{
    if (!replay)
        return;
    objects_free(&replay->objects);
    layers_free(replay->layers);
    rpc_free(replay->rpc);
    lsa_free(replay->lsa);
    free(replay->incidents);
    free(replay->siblings);
    free(replay->tallies);
    free(replay);
}
