/* SPDX-License-Identifier: MIT */
#include "render_live.h"

#include <inttypes.h>
#include <stdlib.h>

#include "blind_spots.h"
#include "escape.h"
#include "render_text_stack.h"
#include "trace_words.h"

#define NS_PER_S 1000000000U

/* The first of those of a kind, which are so many that are told. */
static size_t told_groups(const struct live *live, size_t from, size_t *behind)
{
    size_t end = from;

    while (end < live->count && live->groups[end].kind == live->groups[from].kind)
        end++;
    *behind = end;
    return end - from < LISTED ? end - from : LISTED;
}

void live_want_stacks(struct stacks *stacks, const struct live *live, const struct trace *trace)
{
    for (size_t i = 0, behind; i < live->count; i = behind) {
        size_t told = told_groups(live, i, &behind);

        for (size_t j = i; j < i + told; j++)
            stacks_want(stacks, 0, trace->events[live->groups[j].oldest].stack);
    }
}

/* "12.3 s", "4 min 10 s", "2 h 3 min" */
static void print_span(FILE *out, uint64_t ns)
{
    uint64_t seconds = ns / NS_PER_S;

    if (seconds < 60)
        fprintf(out, "%" PRIu64 ".%" PRIu64 " s", seconds, ns / (NS_PER_S / 10) % 10);
    else if (seconds < 3600)
        fprintf(out, "%" PRIu64 " min %" PRIu64 " s", seconds / 60, seconds % 60);
    else
        fprintf(out, "%" PRIu64 " h %" PRIu64 " min", seconds / 3600, seconds / 60 % 60);
}

static void print_process(FILE *out, const struct live_view *view)
{
    const struct trace *trace = view->trace;

    fputs("scardaudit: ", out);
    print_escaped(out, trace->executable);
    fprintf(out, " (pid %" PRIu32 "): ", trace->pid);
    if (view->running) {
        fputs("watched for ", out);
        print_span(out, view->now_ns);
    } else if (trace->end != SCA_END_NONE || trace->exec) {
        fputs("ended by ", out);
        trace_print_end(out, trace);
    } else {
        fputs("gone, how it ended is not known", out);
    }
    fprintf(out, ", %" PRIu64 " audited call%s\n", trace->calls, text_plural(trace->calls));
    if (*view->children) {
        fputs("scardaudit: audited below it: ", out);
        print_escaped(out, view->children);
        putc('\n', out);
    }
}

static bool holds_memory(const struct live *live)
{
    for (unsigned kind = 0; kind < SCA_KIND_COUNT; kind++)
        if (live->kinds[kind].count && sca_is_memory(kind))
            return true;
    return false;
}

/* Why what is shown may be wrong. */
static void print_doubts(FILE *out, const struct live_view *view)
{
    const struct trace *trace = view->trace;

    if (!trace->complete)
        fprintf(out, "scardaudit: %s; what is shown may have been given back\n",
                trace_completeness(trace));
    if (trace->flags & SCA_FLAG_FORKED)
        fprintf(out, "scardaudit: what it inherited from process %" PRIu32 " is not shown\n",
                trace->ppid);
    for (size_t i = 0; i < trace->blind_spots_count; i++) {
        char *message;

        if (trace->blind_spots[i].code == SCA_BLIND_HEAP && !holds_memory(view->live))
            continue;
        message = blind_spot_message(trace, &trace->blind_spots[i]);
        fputs("scardaudit: blind spot: ", out);
        print_escaped(out, message);
        putc('\n', out);
        free(message);
    }
}

static void print_growth(FILE *out, const struct live_view *view, int64_t growth)
{
    if (view->compared && growth)
        fprintf(out, " (%+" PRId64 ")", growth);
}

/* How long it has been held. */
static void print_age(FILE *out, const struct live_view *view, uint32_t event)
{
    uint64_t since = trace_ns(view->trace, view->trace->events[event].leave);

    print_span(out, view->now_ns > since ? view->now_ns - since : 0);
}

static void print_ages(FILE *out, const struct live_view *view, const struct live_group *group)
{
    if (!view->running)
        return;
    fputs(group->count > 1 ? ", the oldest for " : ", for ", out);
    print_age(out, view, group->oldest);
    if (group->count > 1) {
        fputs(", the newest for ", out);
        print_age(out, view, group->newest);
    }
}

/* As in reports (verb_of_acquire()). */
static const char *verb(unsigned kind)
{
    switch (kind) {
    case SCA_KIND_RPC_ENVIRONMENT:
        return "enabled";
    case SCA_KIND_RPC_CLIENT_PAIR:
        return "put in force";
    case SCA_KIND_LSA_SECTION:
        return "created";
    default:
        return sca_is_memory(kind) ? "allocated" : "acquired";
    }
}

/* The stack is the oldest one's. */
static void print_stack(const struct text *text, const struct live_view *view,
                        const struct live_group *group)
{
    const struct trace *trace = view->trace;
    const struct trace_event *event = &trace->events[group->oldest];
    const struct frames *frames = stacks_frames(view->stacks, 0, event->stack);
    const struct report_place place = {.pid = trace->pid};
    const struct report_stack stack = {.frames = frames->frames,
                                       .count = frames->count,
                                       .truncated = trace->stacks[event->stack].truncated,
                                       .thread = event->thread,
                                       .tid = trace->threads[event->thread].tid,
                                       .thread_name = trace->threads[event->thread].name,
                                       .time_ns = trace_ns(trace, event->leave),
                                       .function = event->function->name,
                                       .present = true};

    text_stack(text, &place, &stack, verb(group->kind));
}

static void print_group(const struct text *text, const struct live_view *view,
                        const struct live_group *group)
{
    fprintf(text->out, "  %zu", group->count);
    print_growth(text->out, view, group->growth);
    if (group->bytes)
        fprintf(text->out, ", %" PRIu64 " byte%s", group->bytes, text_plural(group->bytes));
    if (group->marked)
        fprintf(text->out, ", %zu marked to be released with the environment", group->marked);
    print_ages(text->out, view, group);
    putc('\n', text->out);
    print_stack(text, view, group);
}

static void print_kind(const struct text *text, const struct live_view *view, unsigned kind,
                       size_t *next)
{
    const struct live *live = view->live;
    size_t from = *next, told;

    fprintf(text->out, "\n%s: %zu held", sca_kind_name(kind), live->kinds[kind].count);
    print_growth(text->out, view, live->kinds[kind].growth);
    putc('\n', text->out);
    if (!live->kinds[kind].count)
        return;
    told = told_groups(live, from, next);
    for (size_t i = from; i < from + told; i++)
        print_group(text, view, &live->groups[i]);
    if (*next > from + told)
        fprintf(text->out, "  and %zu more place%s\n", *next - from - told,
                text_plural(*next - from - told));
}

void render_live(FILE *out, const struct live_view *view)
{
    struct report_process process = {.pid = view->trace->pid,
                                     .executable = view->trace->executable};
    const struct report report = {.processes = &process, .processes_count = 1};
    const struct render_options options = {0};
    const struct text text = {out, &report, &options, false};
    size_t next = 0;

    print_process(out, view);
    print_doubts(out, view);
    if (!view->live->count)
        fputs("nothing is held\n", out);
    for (unsigned kind = 0; kind < SCA_KIND_COUNT; kind++)
        if (view->live->kinds[kind].count || (view->compared && view->live->kinds[kind].growth))
            print_kind(&text, view, kind, &next);
}
