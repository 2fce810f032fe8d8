/* SPDX-License-Identifier: MIT */
#include "live.h"

#include <stdlib.h>
#include <string.h>

#include "report/base/memory.h"
#include "report/replay/replay.h"
#include "report/symbols/stacks.h"

static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * 0x9e3779b97f4a7c15U;
    return hash ^ hash >> 29;
}

/* Of the event that acquired something; `stacks` has the identities that were asked for before. */
static uint64_t place_of(const struct trace *trace, const struct trace_event *event,
                         uint64_t *stacks)
{
    uint64_t *stack = &stacks[event->stack];
    uint64_t place;

    if (!*stack)
        *stack = stacks_identity(trace, event->stack) | 1;
    place = mix(*stack, (uint64_t)event->function->number << 8 | event->effect);
    for (const char *name = trace->providers[event->provider].name; *name; name++)
        place = mix(place, (unsigned char)*name);
    return place;
}

static int by_place(const void *a, const void *b)
{
    const struct live_group *x = a, *y = b;

    if (x->place != y->place)
        return x->place < y->place ? -1 : 1;
    return (x->oldest > y->oldest) - (x->oldest < y->oldest);
}

static int by_weight(const void *a, const void *b)
{
    const struct live_group *x = a, *y = b;

    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return (x->oldest > y->oldest) - (x->oldest < y->oldest);
}

/* One group for each resource that is held. */
static void add_held(struct live *live, const struct trace *trace,
                     const struct lifetimes *lifetimes)
{
    uint64_t *stacks = xcalloc(trace->stacks_count, sizeof *stacks);
    size_t room = 0;

    for (size_t i = 0; i < lifetimes->count; i++) {
        const struct lifetime *lifetime = &lifetimes->list[i];
        const struct trace_event *event = &trace->events[lifetime->acquired];

        if (!lifetime_is_held(lifetime))
            continue;
        GROW(live->groups, live->count, room);
        live->groups[live->count++] = (struct live_group){.kind = lifetime->kind,
                                                          .place = place_of(trace, event, stacks),
                                                          .oldest = lifetime->acquired,
                                                          .newest = lifetime->acquired,
                                                          .count = 1,
                                                          .marked = lifetime->marked != NO_EVENT,
                                                          .bytes = event->size};
        live->kinds[lifetime->kind].count++;
    }
    free(stacks);
}

/* A place has one kind: that of the effect. */
static void join_places(struct live *live)
{
    size_t joined = 0;

    if (!live->count)
        return;
    qsort(live->groups, live->count, sizeof *live->groups, by_place);
    for (size_t i = 1; i < live->count; i++) {
        struct live_group *group = &live->groups[joined];
        const struct live_group *next = &live->groups[i];

        if (next->place != group->place) {
            live->groups[++joined] = *next;
            continue;
        }
        group->newest = next->newest;
        group->count++;
        group->marked += next->marked;
        group->bytes += next->bytes;
    }
    live->count = joined + 1;
    qsort(live->groups, live->count, sizeof *live->groups, by_weight);
}

void live_look(struct live *live, const struct trace *trace)
{
    struct lifetimes lifetimes = {0};

    *live = (struct live){.calls = trace->calls};
    replay_free(replay_run_for_lifetimes(trace, ENDING_RUNNING, NULL, &lifetimes));
    add_held(live, trace, &lifetimes);
    join_places(live);
    lifetimes_free(&lifetimes);
}

void live_compare(struct live *live, const struct live *before)
{
    for (size_t i = 0; i < live->count; i++) {
        size_t j = 0;

        while (j < before->count && before->groups[j].place != live->groups[i].place)
            j++;
        live->groups[i].growth = (int64_t)live->groups[i].count -
                                 (j < before->count ? (int64_t)before->groups[j].count : 0);
    }
    for (unsigned kind = 0; kind < SCA_KIND_COUNT; kind++)
        live->kinds[kind].growth =
            (int64_t)live->kinds[kind].count - (int64_t)before->kinds[kind].count;
}

/* A call that was under way may have come back meanwhile. */
bool live_has_changed(const struct live *live, const struct live *before)
{
    for (unsigned kind = 0; kind < SCA_KIND_COUNT; kind++)
        if (live->kinds[kind].count != before->kinds[kind].count)
            return true;
    return live->calls != before->calls;
}

void live_free(struct live *live)
{
    free(live->groups);
    *live = (struct live){0};
}
