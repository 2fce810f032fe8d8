/* SPDX-License-Identifier: MIT */
#include "trace_internal.h"

#include <inttypes.h>
#include <string.h>

#include "memory.h"

/* The shortest record of each type; types behind the last are from a newer preload. */
static const size_t shortest[] = {
    [SCA_REC_RESERVED] = 8,
    [SCA_REC_CHUNK] = sizeof(struct sca_chunk),
    [SCA_REC_CLOCK] = sizeof(struct sca_clock_record),
    [SCA_REC_MODULE] = sizeof(struct sca_module_record),
    [SCA_REC_PROVIDER] = sizeof(struct sca_provider_record),
    [SCA_REC_THREAD] = sizeof(struct sca_thread_record),
    [SCA_REC_STACK] = sizeof(struct sca_stack_record),
    [SCA_REC_BLIND] = sizeof(struct sca_blind_record),
    [SCA_REC_ARGS] = sizeof(struct sca_args_record),
    [SCA_REC_CALL] = sizeof(struct sca_call_record),
    [SCA_REC_ACQUIRE] = sizeof(struct sca_acquire_record),
    [SCA_REC_THREAD_END] = sizeof(struct sca_thread_end_record),
};

struct record {
    uint64_t offset; /* in the file */
    uint64_t length;
    unsigned type;
    const void *content; /* complete, its head included */
    const void *seen;    /* what was published: look here for a leave time */
};

static void saw_time(struct reader *reader, uint64_t time)
{
    if (time > reader->last_time)
        reader->last_time = time;
}

static void add_anchor(struct reader *reader, uint64_t clock, uint64_t ns)
{
    struct trace_internal *internal = reader->internal;

    GROW(internal->anchors, internal->anchors_count, internal->anchors_room);
    internal->anchors[internal->anchors_count++] = (struct anchor){clock, ns};
    saw_time(reader, clock);
}

/* ---- definitions ---------------------------------------------------------------------------- */

/* Is the record as long as the lengths inside it say? Anything may stand in them. */
static bool definition_fits(const struct record *record)
{
    uint64_t rest = record->length - shortest[record->type];

    switch (record->type) {
    case SCA_REC_MODULE: {
        const struct sca_module_record *module = record->content;

        return module->build_id_size <= SCA_MAX_BUILD_ID &&
               SCA_PADDED(module->build_id_size) + SCA_PADDED(module->path_length) <= rest;
    }
    case SCA_REC_PROVIDER: {
        const struct sca_provider_record *provider = record->content;

        return provider->name_length > 0 && SCA_PADDED(provider->name_length) <= rest;
    }
    case SCA_REC_STACK: {
        const struct sca_stack_record *stack = record->content;

        return stack->count <= SCA_MAX_FRAMES && stack->count * sizeof(struct sca_frame) <= rest;
    }
    default:
        return true;
    }
}

/* Every defining record starts with the number it defines, behind the head. */
static void add_definition(struct reader *reader, enum definition_kind kind,
                           const struct record *record)
{
    struct definitions *definitions = &reader->definitions[kind];
    size_t size = (size_t)record->length;
    uint32_t number;

    memcpy(&number, (const uint8_t *)record->content + 8, sizeof number);
    if (number == 0 || !definition_fits(record)) {
        reader_problem(reader, record->offset, "impossible definition");
        return;
    }
    if (size > reader->store_room - reader->store_used) {
        reader->store_room = 2 * (reader->store_room + size);
        reader->store = xrealloc(reader->store, reader->store_room, 1);
    }
    memcpy(reader->store + reader->store_used, record->content, size);
    GROW(definitions->items, definitions->count, definitions->room);
    definitions->items[definitions->count++] = (struct definition){
        .offset = record->offset,
        .content = reader->store_used,
        .size = (uint32_t)size,
        .number = number,
    };
    reader->store_used += size;
}

/* ---- everything else ------------------------------------------------------------------------ */

static void add_event(struct reader *reader, const struct record *record)
{
    const struct sca_call_record *call = record->content;
    const struct sca_call_record *published = record->seen;
    const struct sca_function *function = sca_function_by_number(call->function);
    struct trace *trace = reader->trace;
    struct trace_event event = {
        .enter = call->enter,
        .leave = published->leave,
        .result = call->result,
        .object = call->object,
        .companion = call->companion,
        .function = function,
        .thread = call->thread, /* numbers here; reader_resolve() makes them indices */
        .stack = call->stack,
        .provider = call->provider,
        .effect = call->effect,
        .first = call->flags & SCA_CALL_FIRST,
        .flags = call->flags,
        .offset = record->offset,
    };
    bool acquires = record->type == SCA_REC_ACQUIRE;
    unsigned type;

    if (!function) {
        reader_problem(reader, record->offset, "unknown function %u", (unsigned)call->function);
        return;
    }
    type = event.effect < SCA_MAX_EFFECTS ? function->effects[event.effect].type : SCA_NOTHING;
    if (type == SCA_NOTHING || acquires != (bool)sca_acquires(type)) {
        reader_problem(reader, record->offset, "impossible effect %u of %s", (unsigned)call->effect,
                       function->name);
        return;
    }
    if (acquires && event.leave == 0) {
        reader_problem(reader, record->offset, "acquisition without an end");
        return;
    }
    if (reader->walk == WALK_TIMES) {
        uint64_t time = trace_effect_time(&event);

        reader->latest = time > reader->latest ? time : reader->latest;
        return;
    }
    if (acquires)
        event.size = ((const struct sca_acquire_record *)record->content)->size;
    saw_time(reader, event.enter);
    saw_time(reader, event.leave);
    if (reader->live && trace_effect_time(&event) > reader->latest)
        return;
    GROW(trace->events, trace->events_count, reader->events_room);
    trace->events[trace->events_count++] = event;
}

static void add_blind_spot(struct reader *reader, const struct record *record)
{
    const struct sca_blind_record *blind = record->content;
    struct raw_blind_spot spot = {
        .offset = record->offset, .code = blind->code, .module = blind->module};

    if (spot.code == SCA_BLIND_UNKNOWN_EXPORT) {
        const struct sca_blind_names_record *names = record->content;

        if (record->length < sizeof *names || names->length > record->length - sizeof *names) {
            reader_problem(reader, record->offset, "impossible names");
            return;
        }
        spot.names = xstrndup((const char *)(names + 1), names->length);
        spot.left_out = names->left_out;
    }
    GROW(reader->blind_spots, reader->blind_spots_count, reader->blind_spots_room);
    reader->blind_spots[reader->blind_spots_count++] = spot;
}

static void add_args(struct reader *reader, const struct record *record)
{
    const struct sca_args_record *args = record->content;
    const char *text = (const char *)(args + 1);
    uint64_t rest = args->length;
    char **strings = NULL;
    size_t count = 0, room = 0;

    if (rest > record->length - sizeof *args) {
        reader_problem(reader, record->offset, "impossible arguments");
        return;
    }
    if (reader->trace->args) /* written once */
        return;
    while (rest > 0) {
        char *string = xstrndup(text, rest);
        size_t used = strlen(string) + 1;

        GROW(strings, count, room);
        strings[count++] = string;
        if (used > rest) /* the last one lacks its NUL */
            break;
        text += used;
        rest -= used;
    }
    reader->trace->args = strings;
    reader->trace->args_count = count;
}

static void add_end(struct reader *reader, const struct record *record)
{
    const struct sca_thread_end_record *end = record->content;

    if (reader->walk == WALK_TIMES) { /* it may be the last there is */
        reader->latest = end->time > reader->latest ? end->time : reader->latest;
        return;
    }
    saw_time(reader, end->time);
    if (reader->live && end->time > reader->latest)
        return; /* as are the events before it */
    GROW(reader->ends, reader->ends_count, reader->ends_room);
    reader->ends[reader->ends_count++] =
        (struct raw_end){.offset = record->offset, .time = end->time, .thread = end->thread};
}

static bool defines(unsigned type, enum definition_kind *kind)
{
    switch (type) {
    case SCA_REC_MODULE:
        *kind = DEFINED_MODULE;
        return true;
    case SCA_REC_PROVIDER:
        *kind = DEFINED_PROVIDER;
        return true;
    case SCA_REC_THREAD:
        *kind = DEFINED_THREAD;
        return true;
    case SCA_REC_STACK:
        *kind = DEFINED_STACK;
        return true;
    default:
        return false;
    }
}

/* The record is whole and matches its check. */
static void take_record(struct reader *reader, const struct record *record)
{
    bool is_event = record->type == SCA_REC_CALL || record->type == SCA_REC_ACQUIRE;
    enum definition_kind kind;

    if (is_event && reader->walk != WALK_DEFINITIONS)
        add_event(reader, record);
    if (record->type == SCA_REC_THREAD_END && reader->walk != WALK_DEFINITIONS)
        add_end(reader, record);
    if (defines(record->type, &kind) && reader->walk != WALK_TIMES)
        add_definition(reader, kind, record);
    if (reader->walk != WALK_ALL)
        return;
    if (record->type == SCA_REC_CLOCK) {
        const struct sca_clock_record *clock = record->content;

        add_anchor(reader, clock->clock, clock->ns);
    } else if (record->type == SCA_REC_BLIND) {
        add_blind_spot(reader, record);
    } else if (record->type == SCA_REC_ARGS) {
        add_args(reader, record);
    } /* else done above, reserved, or from a newer preload */
}

/* ---- chunks --------------------------------------------------------------------------------- */

static uint64_t word(const void *bytes)
{
    uint64_t value;

    memcpy(&value, bytes, sizeof value);
    return value;
}

static bool matches_check(const struct record *record)
{
    size_t words = sca_checked_words(record->type, record->length);

    return 8 + 8 * (uint64_t)words <= record->length &&
           SCA_HEAD_CHECK(word(record->content)) == sca_check(record->length, record->type,
                                                              (const uint64_t *)record->content + 1,
                                                              words);
}

/*
 * Make a record of what stands at `offset`, which must end before `end`. 1: done; 0: nothing was
 * written there, or the file ends; -1: damaged or cut off, noted.
 */
static int read_record(struct reader *reader, uint64_t offset, uint64_t end, struct record *record)
{
    struct view view = reader_view(reader, offset, 8);
    uint64_t head, length;

    if (view.available < 8) {
        reader_truncated(reader, end);
        return 0;
    }
    head = word(view.seen);
    length = SCA_HEAD_LENGTH(head);
    if (head == 0)
        return 0;
    if (length >= 8 && length % 8 == 0 && length <= end - offset) {
        view = reader_view(reader, offset, length);
        if (view.available < length) {
            reader_truncated(reader, end);
            return -1;
        }
        /* A live writer may have finished a reserved record between the two views. */
        head = word(view.seen);
        *record = (struct record){.offset = offset,
                                  .length = length,
                                  .type = SCA_HEAD_TYPE(head),
                                  .content = view.content,
                                  .seen = view.seen};
        if (record->type == SCA_REC_RESERVED)
            record->content = view.seen;
        if (SCA_HEAD_LENGTH(head) == length && matches_check(record) &&
            (record->type >= sizeof shortest / sizeof *shortest ||
             length >= shortest[record->type]))
            return 1;
    }
    reader_problem(reader, offset, "damaged record");
    return -1;
}

/*
 * The next word that is not zero, or `end`. A thread that was stopped between claiming a record and
 * saying how long it is leaves a gap, and a signal handler of its may have gone on behind. While
 * the process lives a gap may just be about to be filled: then what is behind it comes too early.
 */
static uint64_t skip_gap(struct reader *reader, uint64_t offset, uint64_t end)
{
    for (; !reader->live && end - offset >= 8; offset += 8) {
        struct view view = reader_view(reader, offset, 8);

        if (view.available < 8)
            return end;
        if (word(view.seen) != 0)
            return offset;
    }
    return end;
}

static void read_records(struct reader *reader, uint64_t offset, uint64_t end)
{
    struct record record;

    while (end - offset >= 8) {
        int found = read_record(reader, offset, end, &record);

        if (found < 0)
            return;
        if (found == 0) {
            offset = skip_gap(reader, offset, end);
            continue;
        }
        take_record(reader, &record);
        offset += record.length;
    }
}

/* The size of the chunk at `offset`, or 0 with a problem noted, unless already among ruins. */
static uint64_t chunk_size(struct reader *reader, uint64_t offset, bool among_ruins)
{
    struct record record = {.offset = offset};
    struct view view = reader_view(reader, offset, sizeof(struct sca_chunk));
    const struct sca_chunk *chunk = view.content;
    const char *wrong = NULL;
    uint64_t size = 0;

    if (view.available >= sizeof *chunk) {
        record.length = SCA_HEAD_LENGTH(word(view.seen));
        record.type = SCA_HEAD_TYPE(word(view.seen));
        record.content = view.content;
    }
    if (record.type != SCA_REC_CHUNK || record.length != sizeof *chunk)
        wrong = "no chunk starts";
    else if (!matches_check(&record))
        wrong = "damaged chunk header";
    else if (chunk->offset != offset)
        wrong = "misplaced chunk";
    else if (chunk->size < SCA_PAGE || chunk->size % SCA_PAGE != 0 ||
             chunk->size > (uint64_t)1 << 62)
        wrong = "chunk of an impossible size";
    else
        size = chunk->size;
    if (wrong && !among_ruins && !(reader->truncated && view.available < sizeof *chunk))
        reader_problem(reader, offset, "%s", wrong);
    if (size && reader->walk == WALK_ALL)
        add_anchor(reader, chunk->clock, chunk->ns);
    return size;
}

/* Nothing was written at the start of this page, or the process died while claiming a chunk. */
static bool is_hole(const struct view *view)
{
    uint64_t head = word(view->seen);
    struct record record = {
        .length = SCA_HEAD_LENGTH(head), .type = SCA_HEAD_TYPE(head), .content = view->seen};

    return head == 0 ||
           (record.type == SCA_REC_RESERVED && record.length >= 8 && matches_check(&record));
}

/* How often a gap is looked at again before what is behind it counts as damaged. */
#define LOOKS 8

/*
 * While the process lives it may have made a chunk in a hole that was just passed: then what stands
 * behind the hole is no chunk, but a later page of that one, and another look will find its start.
 */
static bool may_be_inside(struct reader *reader, uint64_t offset, uint64_t gap)
{
    struct view view;
    bool starts;

    if (!reader->live || gap == offset)
        return false;
    view = reader_view(reader, offset, sizeof(struct sca_chunk));
    starts = view.available >= sizeof(struct sca_chunk) &&
             SCA_HEAD_TYPE(word(view.seen)) == SCA_REC_CHUNK &&
             ((const struct sca_chunk *)view.content)->offset == offset;
    if (!starts)
        reader->window_length = 0; /* look at the file, not at its copy */
    return !starts;
}

/* A process that records as fast as we read would never let us reach the end of its trace. */
static void walk_chunks(struct reader *reader)
{
    uint64_t offset = SCA_PAGE, end = reader_end(reader);
    uint64_t gap = offset; /* the end of the last chunk */
    unsigned looks = 0;
    bool among_ruins = false; /* behind a damaged chunk header: its records look like garbage */

    while (offset < end) {
        struct view view;
        uint64_t size;

        offset = reader_next_data(reader, offset);
        view = reader_view(reader, offset, 8);
        if (view.available < 8)
            break;
        if (is_hole(&view)) {
            offset += SCA_PAGE;
            continue;
        }
        if (looks < LOOKS && may_be_inside(reader, offset, gap)) {
            offset = gap;
            looks++;
            continue;
        }
        looks = 0;
        size = chunk_size(reader, offset, among_ruins);
        among_ruins = size == 0;
        if (size == 0) {
            offset += SCA_PAGE;
            gap = offset;
            continue;
        }
        if (size > reader->size - offset)
            reader_truncated(reader, offset + size);
        read_records(reader, offset + sizeof(struct sca_chunk), offset + size);
        offset += size;
        gap = offset;
    }
}

/* Whatever such a walk meets, at the end of the file too, the one that takes all is to note. */
static void walk_muted(struct reader *reader, enum walk walk)
{
    uint64_t size = reader->size;
    bool truncated = reader->truncated;

    reader->walk = walk;
    reader->muted = true;
    reader->window_length = 0;
    walk_chunks(reader);
    reader->window_length = 0;
    reader->muted = false;
    reader->size = size;
    reader->truncated = truncated;
}

void reader_chunks(struct reader *reader)
{
    if (reader->live)
        walk_muted(reader, WALK_TIMES);
    reader->walk = WALK_ALL;
    walk_chunks(reader);
    if (reader->size < reader->extent)
        reader_truncated(reader, reader->extent);
}

void reader_definitions(struct reader *reader)
{
    walk_muted(reader, WALK_DEFINITIONS);
}
