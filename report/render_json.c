/* SPDX-License-Identifier: MIT */
/*
 * The report as doc/report.schema.json describes it. One process, resource and finding is one
 * line, built and freed by itself: the memory needed does not grow with the report, and two
 * reports compare line by line. Keys stand in the order the schema lists them. Non-ASCII
 * characters are written as \u escapes, so that the output is harmless on a terminal as well.
 */
#include "render.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "memory.h"
#include "utf8.h"
#include "version.h"

/* jansson returns NULL for lack of memory only: what it is given here is valid. */
static _Noreturn void no_memory(void)
{
    fputs("scardaudit: out of memory\n", stderr);
    exit(3);
}

static json_t *must(json_t *value)
{
    if (!value)
        no_memory();
    return value;
}

static void put(json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new_nocheck(object, key, must(value)) < 0)
        no_memory();
}

static void append(json_t *array, json_t *value)
{
    if (json_array_append_new(array, must(value)) < 0)
        no_memory();
}

static json_t *text_or_null(const char *text)
{
    char *valid;
    json_t *value;

    if (!text)
        return json_null();
    valid = utf8_valid_copy(text);
    value = must(json_string(valid));
    free(valid);
    return value;
}

/* "" is how the report says unknown where NULL cannot. */
static json_t *filled_or_null(const char *text)
{
    return text_or_null(*text ? text : NULL);
}

/* JSON readers rarely go beyond 63 bits, jansson never does. */
static json_t *number(uint64_t value)
{
    return json_integer(value > INT64_MAX ? INT64_MAX : (json_int_t)value);
}

static json_t *frame_json(const struct frame *frame)
{
    json_t *object = must(json_object());
    char offset[24];

    snprintf(offset, sizeof offset, "0x%" PRIx64, frame->offset);
    put(object, "function", text_or_null(frame->function));
    put(object, "module", text_or_null(frame->module));
    put(object, "build_id", filled_or_null(frame->build_id));
    put(object, "offset", json_string(offset));
    put(object, "file", text_or_null(frame->file));
    put(object, "line", frame->line > 0 ? json_integer(frame->line) : json_null());
    put(object, "inlined", json_boolean(frame->inlined));
    return object;
}

static json_t *stack_json(const struct report_stack *stack)
{
    json_t *object = must(json_object());
    json_t *frames = must(json_array());

    put(object, "thread", number(stack->thread));
    put(object, "time_ns", number(stack->time_ns));
    for (size_t i = 0; i < stack->count; i++)
        append(frames, frame_json(&stack->frames[i]));
    put(object, "frames", frames);
    return object;
}

static json_t *place_json(const struct report_place *place)
{
    json_t *object = must(json_object());
    json_t *stacks = must(json_object());

    put(object, "count", number(place->count));
    put(object, "bytes", number(place->bytes));
    put(object, "pid", number(place->pid));
    for (enum story story = 0; story < STORY_COUNT; story++)
        if (place->stacks[story].present)
            put(stacks, story_name(story), stack_json(&place->stacks[story]));
    put(object, "stacks", stacks);
    return object;
}

static json_t *thread_json(const struct report_thread *thread)
{
    json_t *object = must(json_object());

    put(object, "serial", number(thread->serial));
    put(object, "tid", number(thread->tid));
    put(object, "name", text_or_null(thread->name ? thread->name : ""));
    return object;
}

static json_t *finding_json(const struct finding *finding)
{
    json_t *object = must(json_object());
    json_t *siblings = must(json_object());
    json_t *threads = must(json_array());
    json_t *places = must(json_array());

    put(object, "rule", json_string(finding->rule->name));
    put(object, "severity", json_string(severity_name(finding->severity)));
    put(object, "kind", text_or_null(finding->kind));
    put(object, "family", text_or_null(finding->family));
    put(object, "provider", text_or_null(finding->provider));
    put(object, "count", number(finding->count));
    put(object, "bytes", number(finding->bytes));
    put(object, "fingerprint", json_string(finding->fingerprint));
    put(object, "fingerprint_strict", json_string(finding->fingerprint_strict));
    put(object, "fingerprint_weak", filled_or_null(finding->fingerprint_weak));
    put(object, "cause", filled_or_null(finding->cause));
    put(object, "message", text_or_null(finding->message));
    put(siblings, "acquired", number(finding->siblings_acquired));
    put(siblings, "released", number(finding->siblings_released));
    put(object, "siblings", siblings);
    put(object, "suppressed", json_false());
    put(object, "baseline", json_null());
    for (size_t i = 0; i < finding->threads_count; i++)
        append(threads, thread_json(&finding->threads[i]));
    put(object, "threads", threads);
    put(object, "places_total", number(finding->places_total));
    for (size_t i = 0; i < finding->places_count; i++)
        append(places, place_json(&finding->places[i]));
    put(object, "places", places);
    return object;
}

static json_t *resource_json(const struct report_resource *resource)
{
    json_t *object = must(json_object());

    put(object, "kind", text_or_null(resource->kind));
    put(object, "family", text_or_null(resource->family));
    put(object, "provider", text_or_null(resource->provider));
    put(object, "acquired", number(resource->acquired));
    put(object, "released", number(resource->released));
    put(object, "live", number(resource->live));
    put(object, "peak", number(resource->peak));
    return object;
}

static json_t *args_json(const struct report_process *process)
{
    json_t *args;

    if (!process->args)
        return json_null();
    args = must(json_array());
    for (size_t i = 0; i < process->args_count; i++)
        append(args, text_or_null(process->args[i]));
    return args;
}

static json_t *blind_spot_json(const struct report_blind_spot *blind_spot)
{
    json_t *object = must(json_object());

    put(object, "code", text_or_null(blind_spot->code));
    put(object, "module", text_or_null(blind_spot->module));
    put(object, "message", text_or_null(blind_spot->message));
    return object;
}

static json_t *process_json(const struct report_process *process)
{
    json_t *object = must(json_object());
    json_t *blind_spots = must(json_array());

    put(object, "pid", number(process->pid));
    put(object, "ppid", number(process->ppid));
    put(object, "executable", text_or_null(process->executable));
    put(object, "argc", number(process->argc));
    put(object, "args", args_json(process));
    put(object, "exit", text_or_null(process->exit));
    put(object, "status", process->status_known ? json_integer(process->status) : json_null());
    put(object, "calls", number(process->calls));
    put(object, "complete", json_boolean(process->complete));
    for (size_t i = 0; i < process->blind_spots_count; i++)
        append(blind_spots, blind_spot_json(&process->blind_spots[i]));
    put(object, "blind_spots", blind_spots);
    return object;
}

static json_t *tool_json(void)
{
    json_t *object = must(json_object());

    put(object, "name", json_string("scardaudit"));
    put(object, "version", json_string(PACKAGE_VERSION));
    return object;
}

static json_t *summary_json(const struct report *report)
{
    json_t *object = must(json_object());

    put(object, "error", number(report->errors));
    put(object, "warning", number(report->warnings));
    put(object, "note", number(report->notes));
    put(object, "suppressed", json_integer(0));
    put(object, "known", json_integer(0));
    put(object, "fixed", json_integer(0));
    return object;
}

/* Prints and frees `value`. */
static void print_value(FILE *out, json_t *value)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENSURE_ASCII);

    if (!text)
        no_memory();
    for (const char *c = text; *c; c++) {
        if (*c == '\x7f') /* ASCII, and so left to us */
            fputs("\\u007f", out);
        else
            putc(*c, out);
    }
    free(text);
    json_decref(value);
}

static void print_element(FILE *out, size_t index, json_t *value)
{
    fputs(index ? ",\n" : "\n", out);
    print_value(out, value);
}

void render_json(FILE *out, const struct report *report, const struct render_options *options)
{
    (void)options;
    fputs("{\"schema\":\"scardaudit-report/1\",\n\"tool\":", out);
    print_value(out, tool_json());
    fputs(",\n\"summary\":", out);
    print_value(out, summary_json(report));
    fputs(",\n\"processes\":[", out);
    for (size_t i = 0; i < report->processes_count; i++)
        print_element(out, i, process_json(&report->processes[i]));
    fputs("],\n\"resources\":[", out);
    for (size_t i = 0; i < report->resources_count; i++)
        print_element(out, i, resource_json(&report->resources[i]));
    fputs("],\n\"findings\":[", out);
    for (size_t i = 0; i < report->findings_count; i++)
        print_element(out, i, finding_json(&report->findings[i]));
    fputs("],\n\"fixed\":[]}\n", out);
}
