/* SPDX-License-Identifier: MIT */
#include "inheritance.h"

#include <string.h>

/* The same provider as another trace of the family numbers it, or 0. Few have more than two. */
static uint32_t same_provider(const struct trace *trace, uint32_t provider,
                              const struct trace *other)
{
    const struct trace_provider *wanted = &trace->providers[provider];

    for (uint32_t i = 1; i < other->providers_count; i++)
        if (!strcmp(other->providers[i].name, wanted->name) &&
            !strcmp(other->modules[other->providers[i].module].path,
                    trace->modules[wanted->module].path))
            return i;
    return 0;
}

static uint32_t memory_at(const struct replay *replay, uint64_t address)
{
    struct object_key key = objects_key(&replay->objects, 0, SCA_KIND_NONE, address);

    return objects_find_memory(&replay->objects, &key);
}

bool inherits_nothing(struct replay *replay, uint64_t address)
{
    for (; replay->parent; replay = replay->parent)
        if (memory_at(replay->parent, address))
            return false;
    return !(replay->trace->flags & SCA_FLAG_FORKED);
}

static uint32_t find(const struct replay *ancestor, const struct replay *replay,
                     const struct object_key *key)
{
    uint32_t provider = same_provider(replay->trace, key->provider, ancestor->trace);
    struct object_key there;

    if (key->kind == SCA_KIND_NONE)
        return memory_at(ancestor, key->value);
    if (!provider)
        return 0;
    there = objects_key(&ancestor->objects, provider, key->kind, key->value);
    return objects_find(&ancestor->objects, &there);
}

/* Sections are addresses, which come back: of those with one value, the one that was there then. */
static uint32_t that_was_there(const struct replay *ancestor, uint32_t origin, uint64_t clock)
{
    const struct object *there = &ancestor->objects.records[origin];

    while (there->kind == SCA_KIND_LSA_SECTION && !there->levels && there->acquired != NO_EVENT &&
           ancestor->trace->events[there->acquired].leave > clock) {
        origin = there->older;
        there = &ancestor->objects.records[origin];
    }
    return origin;
}

/* Had a release, or an attempt, begun by then? In flight it may have taken effect or not. */
static bool begun(const struct replay *replay, uint32_t event, uint64_t clock)
{
    return event != NO_EVENT && replay->trace->events[event].enter <= clock;
}

/* Was this object of the process itself live at that time, beyond doubt? */
static bool was_live(const struct replay *replay, const struct object *object, uint64_t clock)
{
    if (object->state == OBJECT_UNKNOWN || object->acquired == NO_EVENT)
        return false;
    return replay->trace->events[object->acquired].leave <= clock &&
           !begun(replay, object->ended, clock) && !begun(replay, object->attempt, clock);
}

/* Had this block of the process itself been freed by then? */
static bool was_freed(const struct replay *replay, const struct object *object, uint64_t clock)
{
    const struct trace_event *ended;

    if (!sca_is_memory(object->kind) || object->state != OBJECT_RELEASED ||
        object->acquired == NO_EVENT)
        return false;
    ended = &replay->trace->events[object->ended];
    return ended->leave && ended->leave <= clock;
}

/* What `there`, found by this key, is called in the heir's own books. */
static struct object_key own_key(const struct replay *replay, const struct replay *ancestor,
                                 const struct object *there, const struct object_key *key)
{
    uint32_t provider = key->kind == SCA_KIND_NONE
                            ? same_provider(ancestor->trace, there->provider, replay->trace)
                            : key->provider;

    return objects_key(&replay->objects, provider, there->kind, key->value);
}

uint32_t inherit(struct replay *replay, const struct object_key *key)
{
    const struct replay *heir = replay;
    uint32_t levels = 0;
    uint32_t number;
    struct object *object;

    for (; heir->parent; heir = heir->parent) {
        const struct replay *ancestor = heir->parent;
        uint64_t fork = heir->trace->parent_clock;
        uint32_t origin = that_was_there(ancestor, find(ancestor, replay, key), fork);
        const struct object *there = &ancestor->objects.records[origin];
        struct object_key own;
        bool freed;

        levels++;
        if (!origin)
            continue; /* it may have inherited it, and never named it */
        if (there->levels &&
            (there->flags & OBJECT_ENDED_BEFORE || !begun(ancestor, there->ended, fork)))
            continue;
        freed = was_freed(ancestor, there, fork);
        if (there->levels || (!freed && !was_live(ancestor, there, fork)))
            return 0;
        own = own_key(replay, ancestor, there, key);
        number = objects_new(&replay->objects, &own, 0);
        object = &replay->objects.records[number];
        object->state = freed ? OBJECT_RELEASED : OBJECT_INHERITED;
        if (freed) {
            object->flags = OBJECT_ENDED_BEFORE;
            object->ended = there->ended;
        }
        object->acquired = there->acquired;
        object->levels = levels;
        object->origin = origin;
        return number;
    }
    return 0;
}

struct object *inherited_from(struct replay *replay, const struct object *object)
{
    return &replay_ancestor(replay, object->levels)->objects.records[object->origin];
}

/* Does this event reach pcscd through the session, a context and its card handles? */
static bool concerns(const struct replay *replay, const struct trace_event *event, uint32_t session)
{
    const struct sca_effect *effect = &event->function->effects[event->effect];
    struct object_key key;
    uint32_t number;

    if (effect->kind == SCA_KIND_NONE || sca_is_memory(effect->kind) || effect->type == SCA_QUERY)
        return false;
    key = objects_key(&replay->objects, event->provider, effect->kind, event->object);
    number = objects_find(&replay->objects, &key);
    return number == session || replay->objects.records[number].parent == session;
}

bool inherited_alone(struct replay *replay, const struct object *object)
{
    const struct replay *heir = replay_ancestor(replay, object->levels - 1);
    const struct replay *first = heir->parent;
    const struct object *origin = &first->objects.records[object->origin];
    uint32_t session = origin->parent ? origin->parent : object->origin;
    const struct trace *trace = first->trace;

    if (first->ending == ENDING_RUNNING)
        return false;
    for (size_t i = trace->events_count; i-- > 0;) {
        if (trace_effect_time(&trace->events[i]) <= heir->trace->parent_clock)
            break;
        if (concerns(first, &trace->events[i], session))
            return false;
    }
    return true;
}
