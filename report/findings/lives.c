/* SPDX-License-Identifier: MIT */
#include "lives.h"

#include <stdlib.h>
#include <string.h>

#include "report/base/memory.h"
#include "report/replay/objects.h"
#include "report/symbols/stacks.h"

/* The model is its first member: what others have is this. */
struct built {
    struct lives lives;
    struct trace *const *traces;
    size_t traces_count;
    struct lifetimes *lifetimes; /* of each trace */
    struct stacks *stacks;
    size_t list_room, lanes_room, bands_room, holds_room;
};

/* One trace while it is added. */
struct source {
    const struct trace *trace;
    const struct lifetimes *lifetimes;
    size_t number, process;
    uint64_t offset_ns; /* of its beginning */
    uint64_t end_ns;    /* its last event */
    size_t *lanes;      /* of its threads */
    size_t *bands;      /* of its threads and kinds: index + 1, or 0 */
    size_t *holds;      /* of its stacks and kinds, the same */
};

struct lives *lives_new(struct trace *const *traces, size_t count, struct symbols *symbols)
{
    struct built *built = xcalloc(1, sizeof *built);

    built->traces = traces;
    built->traces_count = count;
    built->lifetimes = xcalloc(count, sizeof *built->lifetimes);
    built->stacks = stacks_new(traces, count, symbols);
    return &built->lives;
}

struct lifetimes *lives_of_trace(struct lives *lives, size_t trace)
{
    return &((struct built *)lives)->lifetimes[trace];
}

void lives_free(struct lives *lives)
{
    struct built *built = (struct built *)lives;

    if (!lives)
        return;
    for (size_t i = 0; i < built->traces_count; i++)
        lifetimes_free(&built->lifetimes[i]);
    free(built->lifetimes);
    stacks_free(built->stacks);
    free(lives->lanes);
    free(lives->list);
    free(lives->bands);
    free(lives->holds);
    free(built);
}

/* ---- time ----------------------------------------------------------------------------------- */

static uint64_t first_start(const struct built *built)
{
    uint64_t first = UINT64_MAX;

    for (size_t i = 0; i < built->traces_count; i++)
        if (!built->traces[i]->unjudged && built->traces[i]->start_realtime < first)
            first = built->traces[i]->start_realtime;
    return first;
}

static uint64_t last_event(const struct trace *trace)
{
    uint64_t last = trace->start_clock;

    for (size_t i = 0; i < trace->events_count; i++) {
        const struct trace_event *event = &trace->events[i];
        uint64_t time = event->leave > event->enter ? event->leave : event->enter;

        last = time > last ? time : last;
    }
    return trace_ns(trace, last);
}

static uint64_t time_of(const struct source *source, uint32_t event)
{
    const struct trace_event *events = source->trace->events;

    return source->offset_ns + trace_ns(source->trace, trace_effect_time(&events[event]));
}

/* ---- lanes ---------------------------------------------------------------------------------- */

static void add_lanes(struct built *built, struct source *source)
{
    struct lives *lives = &built->lives;
    const struct trace *trace = source->trace;
    const struct lifetimes *lifetimes = source->lifetimes;
    bool *used = xcalloc(trace->threads_count, sizeof *used);

    for (size_t i = 0; i < lifetimes->count; i++)
        if (!lifetimes->list[i].covered)
            used[trace->events[lifetimes->list[i].acquired].thread] = true;
    for (size_t i = 0; i < trace->threads_count; i++) {
        const struct trace_thread *thread = &trace->threads[i];

        if (!used[i])
            continue;
        GROW(lives->lanes, lives->lanes_count, built->lanes_room);
        source->lanes[i] = lives->lanes_count;
        lives->lanes[lives->lanes_count++] =
            (struct lane){source->process, (uint32_t)i, thread->tid, thread->name};
    }
    free(used);
}

/* ---- one by one ----------------------------------------------------------------------------- */

static struct life life_of(const struct source *source, const struct lifetime *lifetime)
{
    const struct trace *trace = source->trace;
    const struct trace_event *event = &trace->events[lifetime->acquired];
    bool ended = lifetime->ended != NO_EVENT;
    uint64_t begin = time_of(source, lifetime->acquired);
    uint64_t end = ended ? time_of(source, lifetime->ended) : source->end_ns;

    return (struct life){
        .begin_ns = begin,
        .end_ns = end > begin ? end : begin, /* calls that overlapped */
        .function = event->function->name,
        .ended_by = ended ? trace->events[lifetime->ended].function->name : NULL,
        .bytes = event->size,
        .lane = source->lanes[event->thread],
        .kind = lifetime->kind,
        .end = lifetime->end,
    };
}

static int by_lane(const void *a, const void *b)
{
    const struct life *x = a, *y = b;

    if (x->lane != y->lane)
        return x->lane < y->lane ? -1 : 1;
    if (x->begin_ns != y->begin_ns)
        return x->begin_ns < y->begin_ns ? -1 : 1;
    return (x->kind > y->kind) - (x->kind < y->kind);
}

/* ---- bands ---------------------------------------------------------------------------------- */

static struct band *band_of(struct built *built, struct source *source, const struct life *life,
                            uint32_t thread)
{
    struct lives *lives = &built->lives;
    size_t *known = &source->bands[thread * SCA_KIND_COUNT + life->kind];

    if (!*known) {
        GROW(lives->bands, lives->bands_count, built->bands_room);
        lives->bands[lives->bands_count] = (struct band){.lane = life->lane, .kind = life->kind};
        *known = ++lives->bands_count;
    }
    return &lives->bands[*known - 1];
}

static void add_to_band(const struct lives *lives, struct band *band, const struct life *life)
{
    uint64_t slot = band_slot_ns(lives), begin = life->begin_ns - lives->begin_ns;
    uint64_t last = life->end_ns - lives->begin_ns;

    band->acquired++;
    band->live += life->end == LIFETIME_LIVE;
    for (size_t i = begin / slot; i < BAND_SLOTS && begin < last; i++) {
        uint64_t end = (i + 1) * slot < last ? (i + 1) * slot : last;

        band->lived_ns[i] += end - begin;
        begin = end;
    }
}

static int by_lane_and_kind(const void *a, const void *b)
{
    const struct band *x = a, *y = b;

    if (x->lane != y->lane)
        return x->lane < y->lane ? -1 : 1;
    return (x->kind > y->kind) - (x->kind < y->kind);
}

/* ---- what is held --------------------------------------------------------------------------- */

static void add_hold(struct built *built, struct source *source, const struct life *life,
                     uint32_t stack)
{
    struct lives *lives = &built->lives;
    size_t *known = &source->holds[stack * SCA_KIND_COUNT + life->kind];

    if (!*known) {
        GROW(lives->holds, lives->holds_count, built->holds_room);
        lives->holds[lives->holds_count] = (struct hold){.kind = life->kind};
        *known = ++lives->holds_count;
        stacks_want(built->stacks, source->number, stack);
        lives->holds[*known - 1].stack = stacks_frames(built->stacks, source->number, stack);
    }
    lives->holds[*known - 1].count++;
}

/* ---- all of it ------------------------------------------------------------------------------ */

static void add_source(struct built *built, struct source *source, bool listed)
{
    struct lives *lives = &built->lives;
    size_t threads = source->trace->threads_count, stacks = source->trace->stacks_count;

    source->lanes = xcalloc(threads, sizeof *source->lanes);
    source->bands = xcalloc(threads * SCA_KIND_COUNT, sizeof *source->bands);
    source->holds = xcalloc(stacks * SCA_KIND_COUNT, sizeof *source->holds);
    add_lanes(built, source);
    for (size_t i = 0; i < source->lifetimes->count; i++) {
        const struct lifetime *lifetime = &source->lifetimes->list[i];
        const struct trace_event *event = &source->trace->events[lifetime->acquired];
        struct life life;

        if (lifetime->covered)
            continue;
        life = life_of(source, lifetime);
        if (lifetime->end == LIFETIME_LIVE)
            add_hold(built, source, &life, event->stack);
        if (!listed) {
            add_to_band(lives, band_of(built, source, &life, event->thread), &life);
            continue;
        }
        stacks_want(built->stacks, source->number, event->stack);
        life.stack = stacks_frames(built->stacks, source->number, event->stack);
        GROW(lives->list, lives->list_count, built->list_room);
        lives->list[lives->list_count++] = life;
    }
    free(source->lanes);
    free(source->bands);
    free(source->holds);
}

static void add_sources(struct built *built)
{
    uint64_t first = first_start(built);
    size_t process = 0;

    for (size_t i = 0; i < built->traces_count; i++) {
        struct source source = {
            .trace = built->traces[i], .lifetimes = &built->lifetimes[i], .number = i};

        if (source.trace->unjudged)
            continue;
        source.process = process++;
        source.offset_ns = source.trace->start_realtime - first;
        source.end_ns = source.offset_ns + last_event(source.trace);
        add_source(built, &source, built->lives.count <= LIVES_LISTED);
        lifetimes_free(&built->lifetimes[i]);
    }
}

/* How many there are, and from when to when. */
static void measure(struct built *built)
{
    struct lives *lives = &built->lives;
    uint64_t first = first_start(built), end = 0;

    lives->begin_ns = UINT64_MAX;
    for (size_t i = 0; i < built->traces_count; i++) {
        struct source source = {.trace = built->traces[i], .lifetimes = &built->lifetimes[i]};

        if (source.trace->unjudged)
            continue;
        source.offset_ns = source.trace->start_realtime - first;
        source.end_ns = source.offset_ns + last_event(source.trace);
        end = source.end_ns > end ? source.end_ns : end;
        for (size_t j = 0; j < source.lifetimes->count; j++) {
            uint64_t begin = time_of(&source, source.lifetimes->list[j].acquired);

            if (source.lifetimes->list[j].covered)
                continue;
            lives->count++;
            lives->begin_ns = begin < lives->begin_ns ? begin : lives->begin_ns;
        }
    }
    if (!lives->count)
        lives->begin_ns = 0;
    lives->span_ns = end > lives->begin_ns ? end - lives->begin_ns : 0;
}

void lives_finish(struct lives *lives)
{
    struct built *built = (struct built *)lives;

    measure(built);
    add_sources(built);
    stacks_resolve(built->stacks);
    if (lives->list_count)
        qsort(lives->list, lives->list_count, sizeof *lives->list, by_lane);
    if (lives->bands_count)
        qsort(lives->bands, lives->bands_count, sizeof *lives->bands, by_lane_and_kind);
}
