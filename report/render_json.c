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

#include "json_values.h"
#include "unsymbolized.h"
#include "version.h"

/* "" is how the report says unknown where NULL cannot. */
static json_t *filled_or_null(const char *text)
{
    return text_value(*text ? text : NULL);
}

static json_t *frame_json(const struct frame *frame)
{
    json_t *object = must_value(json_object());
    char offset[24];

    snprintf(offset, sizeof offset, "0x%" PRIx64, frame->offset);
    put_member(object, "function", text_value(frame->function));
    put_member(object, "module", text_value(frame->module));
    put_member(object, "build_id", filled_or_null(frame->build_id));
    put_member(object, "offset", json_string(offset));
    put_member(object, "file", text_value(frame->file));
    put_member(object, "line", frame->line > 0 ? json_integer(frame->line) : json_null());
    put_member(object, "inlined", json_boolean(frame->inlined));
    return object;
}

static json_t *stack_json(const struct report_stack *stack)
{
    json_t *object = must_value(json_object());
    json_t *frames = must_value(json_array());

    if (stack->ancestor)
        put_member(object, "pid", number_value(stack->ancestor));
    put_member(object, "thread", number_value(stack->thread));
    put_member(object, "time_ns", number_value(stack->time_ns));
    for (size_t i = 0; i < stack->count; i++)
        append_element(frames, frame_json(&stack->frames[i]));
    put_member(object, "frames", frames);
    return object;
}

static json_t *place_json(const struct report_place *place)
{
    json_t *object = must_value(json_object());
    json_t *stacks = must_value(json_object());

    put_member(object, "count", number_value(place->count));
    put_member(object, "bytes", number_value(place->bytes));
    put_member(object, "pid", number_value(place->pid));
    for (enum story story = 0; story < STORY_COUNT; story++)
        if (place->stacks[story].present)
            put_member(stacks, story_name(story), stack_json(&place->stacks[story]));
    put_member(object, "stacks", stacks);
    return object;
}

static json_t *thread_json(const struct report_thread *thread)
{
    json_t *object = must_value(json_object());

    put_member(object, "serial", number_value(thread->serial));
    put_member(object, "tid", number_value(thread->tid));
    put_member(object, "name", text_value(thread->name ? thread->name : ""));
    return object;
}

static json_t *finding_json(const struct finding *finding)
{
    json_t *object = must_value(json_object());
    json_t *siblings = must_value(json_object());
    json_t *threads = must_value(json_array());
    json_t *places = must_value(json_array());

    put_member(object, "rule", json_string(finding->rule->name));
    put_member(object, "severity", json_string(severity_name(finding->severity)));
    put_member(object, "kind", text_value(finding->kind));
    put_member(object, "family", text_value(finding->family));
    put_member(object, "provider", text_value(finding->provider));
    put_member(object, "count", number_value(finding->count));
    put_member(object, "bytes", number_value(finding->bytes));
    put_member(object, "fingerprint", json_string(finding->fingerprint));
    put_member(object, "fingerprint_strict", json_string(finding->fingerprint_strict));
    put_member(object, "fingerprint_weak", filled_or_null(finding->fingerprint_weak));
    put_member(object, "cause", filled_or_null(finding->cause));
    put_member(object, "message", text_value(finding->message));
    put_member(siblings, "acquired", number_value(finding->siblings_acquired));
    put_member(siblings, "released", number_value(finding->siblings_released));
    put_member(object, "siblings", siblings);
    put_member(object, "suppressed", json_boolean(finding->suppressed));
    put_member(object, "baseline", text_value(baseline_name(finding->baseline)));
    for (size_t i = 0; i < finding->threads_count; i++)
        append_element(threads, thread_json(&finding->threads[i]));
    put_member(object, "threads", threads);
    put_member(object, "places_total", number_value(finding->places_total));
    for (size_t i = 0; i < finding->places_count; i++)
        append_element(places, place_json(&finding->places[i]));
    put_member(object, "places", places);
    return object;
}

static json_t *fixed_json(const struct report_fixed *fixed)
{
    json_t *object = must_value(json_object());

    put_member(object, "rule", text_value(fixed->rule));
    put_member(object, "kind", text_value(fixed->kind));
    put_member(object, "family", text_value(fixed->family));
    put_member(object, "provider", text_value(fixed->provider));
    put_member(object, "count", number_value(fixed->count));
    put_member(object, "fingerprint", text_value(fixed->fingerprint));
    put_member(object, "fingerprint_strict", text_value(fixed->fingerprint_strict));
    put_member(object, "message", text_value(fixed->message));
    return object;
}

static json_t *unsymbolized_json(const struct unsymbolized *module)
{
    json_t *object = must_value(json_object());

    put_member(object, "module", text_value(module->module));
    put_member(object, "build_id", filled_or_null(module->build_id));
    put_member(object, "reason", text_value(module->reason));
    return object;
}

static json_t *resource_json(const struct report_resource *resource)
{
    json_t *object = must_value(json_object());

    put_member(object, "kind", text_value(resource->kind));
    put_member(object, "family", text_value(resource->family));
    put_member(object, "provider", text_value(resource->provider));
    put_member(object, "acquired", number_value(resource->acquired));
    put_member(object, "released", number_value(resource->released));
    put_member(object, "live", number_value(resource->live));
    put_member(object, "peak", number_value(resource->peak));
    return object;
}

static json_t *args_json(const struct report_process *process)
{
    json_t *args;

    if (!process->args)
        return json_null();
    args = must_value(json_array());
    for (size_t i = 0; i < process->args_count; i++)
        append_element(args, text_value(process->args[i]));
    return args;
}

static json_t *blind_spot_json(const struct report_blind_spot *blind_spot)
{
    json_t *object = must_value(json_object());

    put_member(object, "code", text_value(blind_spot->code));
    put_member(object, "module", text_value(blind_spot->module));
    put_member(object, "message", text_value(blind_spot->message));
    return object;
}

static json_t *process_json(const struct report_process *process)
{
    json_t *object = must_value(json_object());
    json_t *blind_spots = must_value(json_array());

    put_member(object, "pid", number_value(process->pid));
    put_member(object, "ppid", number_value(process->ppid));
    put_member(object, "executable", text_value(process->executable));
    put_member(object, "argc", number_value(process->argc));
    put_member(object, "args", args_json(process));
    put_member(object, "exit", text_value(process->exit));
    put_member(object, "status",
               process->status_known ? json_integer(process->status) : json_null());
    put_member(object, "calls", number_value(process->calls));
    put_member(object, "complete", json_boolean(process->complete));
    for (size_t i = 0; i < process->blind_spots_count; i++)
        append_element(blind_spots, blind_spot_json(&process->blind_spots[i]));
    put_member(object, "blind_spots", blind_spots);
    return object;
}

static json_t *tool_json(void)
{
    json_t *object = must_value(json_object());

    put_member(object, "name", json_string("scardaudit"));
    put_member(object, "version", json_string(PACKAGE_VERSION));
    return object;
}

static json_t *summary_json(const struct report *report)
{
    json_t *object = must_value(json_object());

    put_member(object, "error", number_value(report->errors));
    put_member(object, "warning", number_value(report->warnings));
    put_member(object, "note", number_value(report->notes));
    put_member(object, "suppressed", number_value(report->suppressed));
    put_member(object, "known", number_value(report->known));
    put_member(object, "fixed", number_value(report->fixed_count));
    return object;
}

static void print_element(FILE *out, size_t index, json_t *value)
{
    fputs(index ? ",\n" : "\n", out);
    print_value(out, value);
}

static void print_unsymbolized(FILE *out, const struct report *report)
{
    size_t count;
    struct unsymbolized *list = unsymbolized_find(report, true, &count);

    for (size_t i = 0; i < count; i++)
        print_element(out, i, unsymbolized_json(&list[i]));
    free(list);
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
    fputs("],\n\"fixed\":[", out);
    for (size_t i = 0; i < report->fixed_count; i++)
        print_element(out, i, fixed_json(&report->fixed[i]));
    fputs("],\n\"unsymbolized\":[", out);
    print_unsymbolized(out, report);
    fputs("]}\n", out);
}
