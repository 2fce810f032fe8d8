/* SPDX-License-Identifier: MIT */
#include "dump.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "blind_spots.h"
#include "json_values.h"
#include "escape.h"
#include "trace_words.h"

#define NS_PER_S 1000000000U

static const struct sca_effect *effect_of(const struct trace_event *event)
{
    return &event->function->effects[event->effect];
}

/* Of effects that the reader lets pass. */
static const char *event_name(const struct trace_event *event)
{
    static const char *const names[] = {
        [SCA_USE] = "use",          [SCA_QUERY] = "query",       [SCA_RELEASE] = "release",
        [SCA_HANDLE] = "acquire",   [SCA_BLOCK] = "acquire",     [SCA_BEGIN] = "acquire",
        [SCA_RETURNED] = "acquire", [SCA_ENTER] = "enter",       [SCA_NEED] = "need",
        [SCA_LEAVE] = "leave",      [SCA_ADOPT] = "adopt",       [SCA_TELL] = "tell",
        [SCA_DRAIN] = "drain",      [SCA_MARK] = "mark",         [SCA_CLIENT_FREE] = "free",
        [SCA_PAIR] = "put",         [SCA_OLD_PAIR] = "replaced", [SCA_FREE] = "free",
        [SCA_DAMAGE] = "damage",    [SCA_OUT] = "acquire",       [SCA_START] = "initialize",
        [SCA_STOP] = "shut down",
    };

    return names[effect_of(event)->type];
}

static const char *kind_name(const struct trace_event *event)
{
    unsigned kind = effect_of(event)->kind;

    return kind == SCA_KIND_NONE ? "memory" : sca_kind_name(kind);
}

static bool has_companion(const struct trace_event *event)
{
    unsigned type = effect_of(event)->type;

    return effect_of(event)->owner != SCA_NOARG || type == SCA_DAMAGE || type == SCA_OUT;
}

/* Of WTS memory the companion is two numbers: what the buffer is, and how many entries it has. */
static bool is_described(const struct trace_event *event)
{
    return effect_of(event)->kind == SCA_KIND_WTS_BUFFER && has_companion(event);
}

static const char *companion_name(const struct trace_event *event)
{
    switch (effect_of(event)->type) {
    case SCA_DAMAGE:
        return "at offset";
    case SCA_START:
        return "with code at";
    default:
        return "of";
    }
}

static void format_build_id(const uint8_t *bytes, size_t size, char text[2 * SCA_MAX_BUILD_ID + 1])
{
    for (size_t i = 0; i < size; i++)
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    text[2 * size] = '\0';
}

/* ---- text ----------------------------------------------------------------------------------- */

static void text_field(FILE *out, const char *name, const char *value)
{
    fprintf(out, "%-12s", name);
    print_escaped(out, value);
    putc('\n', out);
}

static void text_start_time(FILE *out, uint64_t realtime)
{
    time_t seconds = (time_t)(realtime / NS_PER_S);
    struct tm utc;
    char text[64];

    if (gmtime_r(&seconds, &utc) && strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc) > 0)
        fprintf(out, "%-12s%s.%09" PRIu64 "Z\n", "started", text, realtime % NS_PER_S);
}

static void text_blind_spots(FILE *out, const struct trace *trace)
{
    for (size_t i = 0; i < trace->blind_spots_count; i++) {
        char *message = blind_spot_message(trace, &trace->blind_spots[i]);

        text_field(out, "blind spot", message);
        free(message);
    }
}

static void text_header(FILE *out, const struct trace *trace)
{
    char build_id[2 * SCA_MAX_BUILD_ID + 1];

    format_build_id(trace->build_id, trace->build_id_size, build_id);
    text_field(out, "trace", trace->path);
    text_field(out, "executable", trace->executable);
    text_field(out, "build-id", build_id);
    text_field(out, "run", trace->run_id);
    fprintf(out, "%-12s%" PRIu32 ", parent %" PRIu32 "\n", "process", trace->pid, trace->ppid);
    if (trace->flags & SCA_FLAG_FORKED)
        text_field(out, "forked from", trace->parent_trace);
    fprintf(out, "%-12s%" PRIu32 "\n", "arguments", trace->argc);
    for (size_t i = 0; i < trace->args_count; i++)
        text_field(out, "", trace->args[i]);
    text_start_time(out, trace->start_realtime);
    fprintf(out, "%-12s", "end");
    trace_print_end(out, trace);
    putc('\n', out);
    text_blind_spots(out, trace);
    fprintf(out, "%-12s%zu in %" PRIu64 " calls, %s\n\n", "events", trace->events_count,
            trace->calls, trace_completeness(trace));
}

static void text_flags(FILE *out, unsigned flags)
{
    if (flags & SCA_CALL_QUARANTINED)
        fputs(", in quarantine", out);
    if (flags & SCA_CALL_RELEASING)
        fputs(", being released", out);
    if (flags & SCA_CALL_ABSORBED)
        fputs(", absorbed", out);
    if (flags & SCA_CALL_EMPTY)
        fputs(", nothing handed out", out);
}

static void text_event(FILE *out, const struct trace *trace, const struct trace_event *event)
{
    uint64_t ns = trace_ns(trace, trace_effect_time(event));

    fprintf(out, "%6" PRIu64 ".%09" PRIu64 " T%" PRIu32 " \"", ns / NS_PER_S, ns % NS_PER_S,
            event->thread);
    print_escaped(out, trace->threads[event->thread].name);
    fprintf(out, "\" %s", event->function->name);
    if (event->provider && trace->providers_count > 2) { /* "none" is one of them */
        fputs(" [", out);
        print_escaped(out, trace->providers[event->provider].name);
        putc(']', out);
    }
    fprintf(out, " %s %s 0x%" PRIx64, event_name(event), kind_name(event), event->object);
    if (is_described(event))
        fprintf(out, ", %s %" PRIu32 ", count %" PRIu64,
                effect_of(event)->type == SCA_OUT ? "level" : "type class",
                (uint32_t)event->companion, event->companion >> 32);
    else if (has_companion(event))
        fprintf(out, " %s 0x%" PRIx64, companion_name(event), event->companion);
    if (event->size > 0)
        fprintf(out, ", %" PRIu64 " bytes", event->size);
    if (event->leave != 0)
        fprintf(out, ", result 0x%" PRIx64, event->result);
    else
        fputs(", pending", out);
    text_flags(out, event->flags);
    if (event->stack != 0)
        fprintf(out, ", stack %" PRIu32, event->stack);
    putc('\n', out);
}

void dump_text(FILE *out, const struct trace *trace)
{
    text_header(out, trace);
    for (size_t i = 0; i < trace->events_count; i++)
        text_event(out, trace, &trace->events[i]);
}

/* ---- JSON lines ----------------------------------------------------------------------------- */

static json_t *frame_json(const struct trace *trace, const struct trace_frame *frame)
{
    const struct trace_module *module = &trace->modules[frame->module];
    json_t *object = must_value(json_object());
    char build_id[2 * SCA_MAX_BUILD_ID + 1];

    format_build_id(module->build_id, module->build_id_size, build_id);
    put_member(object, "module", frame->module ? text_value(module->path) : json_null());
    put_member(object, "build_id", module->build_id_size ? json_string(build_id) : json_null());
    put_member(object, "offset", hex_value(frame->offset));
    return object;
}

static json_t *stack_json(const struct trace *trace, const struct trace_stack *stack)
{
    json_t *frames = must_value(json_array());

    for (uint32_t i = 0; i < stack->count; i++)
        append_element(frames, frame_json(trace, &stack->frames[i]));
    return frames;
}

static json_t *event_json(const struct trace *trace, const struct trace_event *event, size_t seq)
{
    json_t *object = must_value(json_object());
    bool pending = event->leave == 0;

    put_member(object, "seq", number_value(seq));
    put_member(object, "time_ns", number_value(trace_ns(trace, trace_effect_time(event))));
    put_member(object, "thread", number_value(event->thread));
    put_member(object, "event", json_string(event_name(event)));
    put_member(object, "function", json_string(event->function->name));
    put_member(object, "provider",
               event->provider ? text_value(trace->providers[event->provider].name) : json_null());
    put_member(object, "object", hex_value(event->object));
    put_member(object, "companion",
               has_companion(event) ? hex_value(event->companion) : json_null());
    put_member(object, "result", pending ? json_string("pending") : hex_value(event->result));
    put_member(object, "enter_ns", number_value(trace_ns(trace, event->enter)));
    put_member(object, "leave_ns",
               pending ? json_null() : number_value(trace_ns(trace, event->leave)));
    put_member(object, "stack", stack_json(trace, &trace->stacks[event->stack]));
    return object;
}

void dump_jsonl(FILE *out, const struct trace *trace)
{
    for (size_t i = 0; i < trace->events_count; i++) {
        print_value(out, event_json(trace, &trace->events[i], i + 1));
        putc('\n', out);
    }
}
