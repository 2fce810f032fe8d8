/* SPDX-License-Identifier: MIT */
/*
 * Numbers in the file become indices into tables. In an undamaged trace they are the same: numbers
 * are given from 1 without gaps. In a damaged or hostile one they may be anything, so tables are
 * as long as there are definitions, in the order of their numbers.
 */
#include "trace_internal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

static const char *const kind_names[DEFINED_KINDS] = {"module", "provider", "thread", "stack"};

static const void *content_of(const struct reader *reader, const struct definition *definition)
{
    return reader->store + definition->content;
}

/* ---- definitions ---------------------------------------------------------------------------- */

static int compare_definitions(const void *a, const void *b)
{
    const struct definition *left = a, *right = b;

    if (left->number != right->number)
        return left->number < right->number ? -1 : 1;
    return (left->offset > right->offset) - (left->offset < right->offset);
}

static bool same_content(const struct reader *reader, const struct definition *a,
                         const struct definition *b)
{
    return a->size == b->size && memcmp(content_of(reader, a), content_of(reader, b), a->size) == 0;
}

/* Sort by number and drop repetitions. */
static void settle_definitions(struct reader *reader)
{
    for (int kind = 0; kind < DEFINED_KINDS; kind++) {
        struct definitions *definitions = &reader->definitions[kind];
        struct definition *items = definitions->items;
        size_t kept = 0;

        if (definitions->count > 1)
            qsort(items, definitions->count, sizeof *items, compare_definitions);
        for (size_t i = 0; i < definitions->count; i++) {
            if (kept == 0 || items[i].number != items[kept - 1].number)
                items[kept++] = items[i];
            else if (!same_content(reader, &items[i], &items[kept - 1]))
                reader_problem(reader, items[i].offset, "contradicting definition of %s %" PRIu32,
                               kind_names[kind], items[i].number);
        }
        definitions->count = kept;
    }
}

/* The index a number stands for, 0 if it was not defined. */
static uint32_t index_of(const struct reader *reader, enum definition_kind kind, uint32_t number)
{
    const struct definition *items = reader->definitions[kind].items;
    size_t low = 0, high = reader->definitions[kind].count;

    if (number > 0 && number <= high && items[number - 1].number == number)
        return number;
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (items[middle].number == number)
            return (uint32_t)middle + 1;
        if (items[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}

/* ---- references ----------------------------------------------------------------------------- */

static bool known(const struct reader *reader, enum definition_kind kind, uint32_t number)
{
    return number == 0 || index_of(reader, kind, number) != 0;
}

static bool all_references_known(const struct reader *reader)
{
    const struct definitions *stacks = &reader->definitions[DEFINED_STACK];
    const struct definitions *providers = &reader->definitions[DEFINED_PROVIDER];
    const struct trace *trace = reader->trace;

    for (size_t i = 0; i < stacks->count; i++) {
        const struct sca_stack_record *stack = content_of(reader, &stacks->items[i]);
        const struct sca_frame *frames = (const struct sca_frame *)(stack + 1);

        for (uint32_t k = 0; k < stack->count; k++)
            if (!known(reader, DEFINED_MODULE, frames[k].module))
                return false;
    }
    for (size_t i = 0; i < providers->count; i++)
        if (!known(reader, DEFINED_MODULE,
                   ((const struct sca_provider_record *)content_of(reader, &providers->items[i]))
                       ->module))
            return false;
    for (size_t i = 0; i < reader->blind_spots_count; i++)
        if (!known(reader, DEFINED_MODULE, reader->blind_spots[i].module))
            return false;
    for (size_t i = 0; i < reader->ends_count; i++)
        if (!known(reader, DEFINED_THREAD, reader->ends[i].thread))
            return false;
    for (size_t i = 0; i < trace->events_count; i++)
        if (!known(reader, DEFINED_THREAD, trace->events[i].thread) ||
            !known(reader, DEFINED_STACK, trace->events[i].stack) ||
            !known(reader, DEFINED_PROVIDER, trace->events[i].provider))
            return false;
    return true;
}

/*
 * A live process may have defined something in a chunk that had been copied already and used it in
 * one copied later. What was used is complete by now, so one more look at the definitions finds
 * it, or it is truly missing.
 */
static void look_again(struct reader *reader)
{
    reader_definitions(reader);
    reader->muted = true; /* contradictions were noted */
    settle_definitions(reader);
    reader->muted = false;
}

/* The index, or 0 with a problem noted. One lost definition may be missed in a million places. */
static uint32_t reference(struct reader *reader, enum definition_kind kind, uint32_t number,
                          uint64_t offset)
{
    uint32_t index = index_of(reader, kind, number);

    if (index == 0 && number != 0 && !reader->reference_missing) {
        reader_problem(reader, offset, "reference to %s %" PRIu32 ", which is defined nowhere",
                       kind_names[kind], number);
        reader->reference_missing = true;
    }
    return index;
}

/* ---- tables --------------------------------------------------------------------------------- */

static void build_modules(struct reader *reader)
{
    const struct definitions *definitions = &reader->definitions[DEFINED_MODULE];
    struct trace *trace = reader->trace;

    trace->modules_count = definitions->count + 1;
    trace->modules = xcalloc(trace->modules_count, sizeof *trace->modules);
    trace->modules[0].path = xstrdup("");
    for (size_t i = 0; i < definitions->count; i++) {
        const struct sca_module_record *record = content_of(reader, &definitions->items[i]);
        const uint8_t *build_id = (const uint8_t *)(record + 1);
        const char *path = (const char *)build_id + SCA_PADDED(record->build_id_size);
        struct trace_module *module = &trace->modules[i + 1];

        module->generation = record->generation;
        module->start = record->start;
        module->end = record->end;
        module->build_id_size = record->build_id_size;
        memcpy(module->build_id, build_id, record->build_id_size);
        module->path = xstrndup(path, record->path_length);
        if (*module->path == '\0') { /* so the loader names the executable */
            free(module->path);
            module->path = xstrdup(*trace->executable ? trace->executable : "unknown");
        }
    }
}

static void build_providers(struct reader *reader)
{
    const struct definitions *definitions = &reader->definitions[DEFINED_PROVIDER];
    struct trace *trace = reader->trace;

    trace->providers_count = definitions->count + 1;
    trace->providers = xcalloc(trace->providers_count, sizeof *trace->providers);
    trace->providers[0].name = xstrdup("");
    for (size_t i = 0; i < definitions->count; i++) {
        const struct sca_provider_record *record = content_of(reader, &definitions->items[i]);
        struct trace_provider *provider = &trace->providers[i + 1];

        provider->family = record->family;
        provider->name = xstrndup((const char *)(record + 1), record->name_length);
        provider->module =
            reference(reader, DEFINED_MODULE, record->module, definitions->items[i].offset);
    }
}

static void build_threads(struct reader *reader)
{
    const struct definitions *definitions = &reader->definitions[DEFINED_THREAD];
    struct trace *trace = reader->trace;

    trace->threads_count = definitions->count + 1;
    trace->threads = xcalloc(trace->threads_count, sizeof *trace->threads);
    for (size_t i = 0; i < definitions->count; i++) {
        const struct sca_thread_record *record = content_of(reader, &definitions->items[i]);

        trace->threads[i + 1].tid = record->tid;
        memcpy(trace->threads[i + 1].name, record->name, sizeof record->name);
    }
}

static void build_stacks(struct reader *reader)
{
    const struct definitions *definitions = &reader->definitions[DEFINED_STACK];
    struct trace *trace = reader->trace;
    struct trace_frame *next;
    size_t total = 0;

    for (size_t i = 0; i < definitions->count; i++)
        total +=
            ((const struct sca_stack_record *)content_of(reader, &definitions->items[i]))->count;
    trace->stacks_count = definitions->count + 1;
    trace->stacks = xcalloc(trace->stacks_count, sizeof *trace->stacks);
    next = reader->internal->frames = xcalloc(total, sizeof *next);
    for (size_t i = 0; i < definitions->count; i++) {
        const struct sca_stack_record *record = content_of(reader, &definitions->items[i]);
        const struct sca_frame *frames = (const struct sca_frame *)(record + 1);
        struct trace_stack *stack = &trace->stacks[i + 1];

        stack->frames = next;
        stack->count = record->count;
        stack->truncated = record->truncated != 0;
        for (uint32_t k = 0; k < record->count; k++, next++) {
            next->offset = frames[k].offset;
            next->module =
                reference(reader, DEFINED_MODULE, frames[k].module, definitions->items[i].offset);
        }
    }
}

static void build_blind_spots(struct reader *reader)
{
    struct trace *trace = reader->trace;

    trace->blind_spots_count = reader->blind_spots_count;
    trace->blind_spots = xcalloc(trace->blind_spots_count, sizeof *trace->blind_spots);
    for (size_t i = 0; i < reader->blind_spots_count; i++) {
        struct raw_blind_spot *raw = &reader->blind_spots[i];

        trace->blind_spots[i].code = raw->code;
        trace->blind_spots[i].module = reference(reader, DEFINED_MODULE, raw->module, raw->offset);
        trace->blind_spots[i].names = raw->names;
        trace->blind_spots[i].left_out = raw->left_out;
        raw->names = NULL;
    }
}

/* What frees whatever lies at an address may be the program's own function. */
static bool needs_provider(const struct trace_event *event)
{
    unsigned type = event->function->effects[event->effect].type;

    return type != SCA_FREE && type != SCA_DAMAGE;
}

/* An event of an unknown thread or provider says nothing; one without its stack still does. */
static void resolve_events(struct reader *reader)
{
    struct trace *trace = reader->trace;
    size_t kept = 0;

    for (size_t i = 0; i < trace->events_count; i++) {
        struct trace_event event = trace->events[i];

        event.stack = reference(reader, DEFINED_STACK, event.stack, event.offset);
        event.thread = reference(reader, DEFINED_THREAD, event.thread, event.offset);
        event.provider = reference(reader, DEFINED_PROVIDER, event.provider, event.offset);
        if (event.thread == 0 || (event.provider == 0 && needs_provider(&event))) {
            if (!reader->reference_missing)
                reader_problem(reader, event.offset, "event without thread or provider");
            reader->reference_missing = true;
            continue;
        }
        trace->events[kept++] = event;
        trace->calls += event.first;
    }
    trace->events_count = kept;
}

/* A destructor of the thread may have gone on after its end was recorded. */
static void resolve_ends(struct reader *reader)
{
    struct trace *trace = reader->trace;

    for (size_t i = 0; i < reader->ends_count; i++) {
        const struct raw_end *end = &reader->ends[i];
        struct trace_thread *thread =
            &trace->threads[reference(reader, DEFINED_THREAD, end->thread, end->offset)];

        if (end->time > thread->ended)
            thread->ended = end->time;
    }
    trace->threads[0].ended = 0;
    for (size_t i = 0; i < trace->events_count; i++) {
        const struct trace_event *event = &trace->events[i];

        if (event->enter > trace->threads[event->thread].ended)
            trace->threads[event->thread].ended = 0;
    }
}

/* ---- order ---------------------------------------------------------------------------------- */

/* Two of them for each event are there at a time: without padding, and 2^32 events are too many. */
struct sort_key {
    uint64_t time;
    uint32_t index; /* in file order, which decides between equal times */
} __attribute__((packed, aligned(4)));

/* Merge from[a..b) and from[b..c) to `to`. */
static void merge(const struct sort_key *from, struct sort_key *to, size_t a, size_t b, size_t c)
{
    size_t left = a, right = b;

    if (b == c || from[b - 1].time <= from[b].time) {
        memcpy(to + a, from + a, (c - a) * sizeof *to);
        return;
    }
    for (size_t i = a; i < c; i++)
        to[i] = right == c || (left < b && from[left].time <= from[right].time) ? from[left++]
                                                                                : from[right++];
}

/* First index behind the ascending run that starts at `start`. */
static size_t run_end(const struct sort_key *keys, size_t start, size_t count)
{
    size_t i = start + 1;

    while (i < count && keys[i - 1].time <= keys[i].time)
        i++;
    return i < count ? i : count;
}

/* Put each event where its key stands: follow every cycle of the permutation once. */
static void permute(struct trace_event *events, struct sort_key *keys, size_t count)
{
    for (size_t start = 0; start < count; start++) {
        struct trace_event first = events[start];
        size_t at = start;

        while (keys[at].index != start) {
            size_t next = keys[at].index;

            events[at] = events[next];
            keys[at].index = (uint32_t)at;
            at = next;
        }
        events[at] = first;
        keys[at].index = (uint32_t)at;
    }
}

/*
 * A natural merge sort: stable, O(n log n) at worst, and one pass over what is sorted already, as
 * the events of one thread are but for pending calls.
 */
static void sort_events(struct trace *trace)
{
    size_t count = trace->events_count, runs;
    struct sort_key *keys, *spare, *swap;

    if (count < 2)
        return;
    keys = xcalloc(count, sizeof *keys);
    for (size_t i = 0; i < count; i++)
        keys[i] = (struct sort_key){trace_effect_time(&trace->events[i]), (uint32_t)i};
    if (run_end(keys, 0, count) < count) {
        spare = xcalloc(count, sizeof *spare);
        do {
            runs = 0;
            for (size_t a = 0, b, c; a < count; a = c, runs++) {
                b = run_end(keys, a, count);
                c = b < count ? run_end(keys, b, count) : count;
                merge(keys, spare, a, b, c);
            }
            swap = keys;
            keys = spare;
            spare = swap;
        } while (runs > 1);
        free(spare);
        permute(trace->events, keys, count);
    }
    free(keys);
}

void reader_resolve(struct reader *reader)
{
    settle_definitions(reader);
    if (!all_references_known(reader))
        look_again(reader);
    build_modules(reader);
    build_providers(reader);
    build_threads(reader);
    build_stacks(reader);
    build_blind_spots(reader);
    resolve_events(reader);
    resolve_ends(reader);
    sort_events(reader->trace);
}
