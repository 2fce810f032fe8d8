/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "blind_spots.h"
#include "findings.h"
#include "report.h"
#include "report/base/memory.h"
#include "report/base/progress.h"
#include "report/replay/forks.h"
#include "report/replay/replay.h"
#include "report/trace/trace.h"

/* The report is its first member: what report_free() gets is this. */
struct built {
    struct report report;
    struct findings *findings;
    struct lives *lives; /* NULL: not asked for */
    size_t resources_room;
};

const char *baseline_name(enum baseline baseline)
{
    static const char *const names[] = {NULL, "new", "known", "grown"};

    return names[baseline];
}

/* ---- processes ------------------------------------------------------------------------------ */

/* What the caller knows holds for the process's last program. */
static bool is_known(const struct trace *trace, const struct known_end *end)
{
    return end && end->pid == trace->pid && !trace->exec &&
           (trace->end == SCA_END_NONE || !end->signaled);
}

static enum ending ending_of(const struct trace *trace, const struct known_end *end)
{
    switch (trace->end) {
    case SCA_END_EXIT:
        return ENDING_EXIT;
    case SCA_END__EXIT:
        return ENDING__EXIT;
    case SCA_END_QUICK_EXIT:
        return ENDING_QUICK_EXIT;
    case SCA_END_NONE:
        break;
    }
    if (trace->exec)
        return ENDING_EXEC;
    if (is_known(trace, end))
        return end->signaled ? ENDING_SIGNALED : ENDING_UNKNOWN;
    return trace->running ? ENDING_RUNNING : ENDING_UNKNOWN;
}

static void fill_blind_spots(struct report_process *process, const struct trace *trace)
{
    process->blind_spots_count = trace->blind_spots_count;
    process->blind_spots = xcalloc(trace->blind_spots_count, sizeof *process->blind_spots);
    for (size_t i = 0; i < trace->blind_spots_count; i++) {
        const struct trace_blind_spot *spot = &trace->blind_spots[i];
        const char *module = spot->module ? trace->modules[spot->module].path : NULL;

        process->blind_spots[i] = (struct report_blind_spot){blind_spot_code(spot->code), module,
                                                             blind_spot_message(trace, spot)};
    }
}

/* Did any call succeed? The first one that did answers. What is freed is none. */
static bool all_failed(const struct trace *trace)
{
    for (size_t i = 0; i < trace->events_count; i++)
        if (trace->events[i].first &&
            (!trace->events[i].leave ||
             sca_succeeded(trace->events[i].function, trace->events[i].result)))
            return false;
    return trace->calls > 0;
}

static void fill_process(struct report_process *process, const struct trace *trace,
                         const struct known_end *end, enum ending ending)
{
    static const char *const names[] = {
        [ENDING_EXIT] = "exited",           [ENDING__EXIT] = "_exit",
        [ENDING_QUICK_EXIT] = "quick_exit", [ENDING_EXEC] = "exec",
        [ENDING_SIGNALED] = "signaled",     [ENDING_RUNNING] = "running",
        [ENDING_UNKNOWN] = "unknown",
    };

    *process = (struct report_process){
        .pid = trace->pid,
        .ppid = trace->ppid,
        .executable = trace->executable,
        .argc = trace->argc,
        .args = trace->args,
        .args_count = trace->args_count,
        .exit = names[ending],
        .calls = trace->calls,
        .started = trace->start_realtime,
        .complete = trace->complete,
        .all_failed = all_failed(trace),
        .trace = trace->path,
    };
    if (is_known(trace, end)) {
        process->status = end->status;
        process->status_known = true;
    } else if (trace->end != SCA_END_NONE && trace->status != SCA_STATUS_UNKNOWN) {
        process->status = (int)(trace->status & 0xff); /* what a parent sees of it */
        process->status_known = true;
    }
    fill_blind_spots(process, trace);
}

/* ---- resources ------------------------------------------------------------------------------ */

static struct report_resource *resource_for(struct built *built, unsigned kind,
                                            const struct trace_provider *provider)
{
    struct report *report = &built->report;
    const char *name = sca_kind_name(kind);
    const char *family = sca_family_name(sca_kind_family(kind));

    for (size_t i = 0; i < report->resources_count; i++) {
        struct report_resource *resource = &report->resources[i];

        if (!strcmp(resource->kind, name) && !strcmp(resource->family, family) &&
            !strcmp(resource->provider, provider->name))
            return resource;
    }
    GROW(report->resources, report->resources_count, built->resources_room);
    report->resources[report->resources_count] =
        (struct report_resource){.kind = name, .family = family, .provider = provider->name};
    return &report->resources[report->resources_count++];
}

static void add_resources(struct built *built, const struct replay *replay)
{
    const struct trace *trace = replay->trace;

    for (size_t i = 0; i < trace->providers_count; i++)
        for (unsigned kind = 0; kind < SCA_KIND_COUNT; kind++) {
            const struct tally *tally = &replay->tallies[i * SCA_KIND_COUNT + kind];
            struct report_resource *resource;

            if (!tally->acquired)
                continue;
            resource = resource_for(built, kind, &trace->providers[i]);
            resource->acquired += tally->acquired;
            resource->released += tally->released;
            resource->live += tally->live;
            if (tally->peak > resource->peak)
                resource->peak = tally->peak;
        }
}

/* ---- the report ----------------------------------------------------------------------------- */

struct member {
    uint64_t start;
    size_t trace, parent;
};

static int compare_members(const void *a, const void *b)
{
    const struct member *x = a;
    const struct member *y = b;

    return (x->start > y->start) - (x->start < y->start);
}

static struct replay *run_one(struct trace *const *traces, size_t trace,
                              const struct known_end *end, struct replay *parent,
                              struct lives *lives)
{
    return replay_run_for_lifetimes(traces[trace], ending_of(traces[trace], end), parent,
                                    lives ? lives_of_trace(lives, trace) : NULL);
}

/*
 * Run the replays of all traces that have a parent or a child among them, each after its parent's.
 * NULL for the others, which need not be kept: one for each trace; malloc'd.
 */
static struct replay **run_families(struct trace *const *traces, size_t count,
                                    const struct known_end *end, struct lives *lives)
{
    struct replay **replays = xcalloc(count, sizeof(struct replay *));
    struct member *members = xcalloc(count, sizeof *members);
    size_t *parents = forks_find(traces, count);
    bool *is_member = xcalloc(count, sizeof *is_member);

    for (size_t i = 0; i < count; i++) {
        members[i] = (struct member){traces[i]->start_clock, i, parents[i]};
        if (parents[i] != FORKS_NONE)
            is_member[i] = is_member[parents[i]] = true;
    }
    qsort(members, count, sizeof *members, compare_members);
    for (size_t i = 0; i < count; i++) {
        const struct member *member = &members[i];

        progress_step(PROGRESS_JUDGING, i + 1, count);
        if (is_member[member->trace])
            replays[member->trace] =
                run_one(traces, member->trace, end,
                        member->parent == FORKS_NONE ? NULL : replays[member->parent], lives);
    }
    /* Children first: what they did to a session may excuse their parent. */
    for (size_t i = count; i-- > 0;)
        if (replays[members[i].trace] && !traces[members[i].trace]->unjudged)
            replay_end(replays[members[i].trace]);
    free(members);
    free(parents);
    free(is_member);
    return replays;
}

static struct report *build(struct trace *const *traces, size_t count, struct symbols *symbols,
                            const struct known_end *end, struct lives *lives)
{
    struct built *built = xcalloc(1, sizeof *built);
    struct report *report = &built->report;
    struct replay **families = run_families(traces, count, end, lives);

    built->findings = findings_new(traces, count, symbols);
    report->processes = xcalloc(count, sizeof *report->processes);
    for (size_t i = 0; i < count; i++) {
        enum ending ending = ending_of(traces[i], end);
        struct replay *replay = families[i];

        if (traces[i]->unjudged)
            continue;
        progress_step(PROGRESS_JUDGING, i + 1, count);
        if (!replay) {
            replay = run_one(traces, i, end, NULL, lives);
            replay_end(replay);
        }
        fill_process(&report->processes[report->processes_count++], traces[i], end, ending);
        add_resources(built, replay);
        findings_add(built->findings, i, replay);
        if (!families[i])
            replay_free(replay);
    }
    for (size_t i = 0; i < count; i++)
        replay_free(families[i]);
    free(families);
    findings_finish(built->findings, report);
    report_tally(report);
    report->lives = built->lives = lives;
    return report;
}

struct report *report_build(struct trace *const *traces, size_t count, struct symbols *symbols,
                            const struct known_end *end)
{
    return build(traces, count, symbols, end, NULL);
}

struct report *report_build_with_lives(struct trace *const *traces, size_t count,
                                       struct symbols *symbols, const struct known_end *end)
{
    struct lives *lives = lives_new(traces, count, symbols);
    struct report *report = build(traces, count, symbols, end, lives);

    lives_finish(lives);
    return report;
}

void report_free(struct report *report)
{
    struct built *built = (struct built *)report;

    if (!report)
        return;
    for (size_t i = 0; i < report->processes_count; i++) {
        struct report_process *process = &report->processes[i];

        for (size_t j = 0; j < process->blind_spots_count; j++)
            free(process->blind_spots[j].message);
        free(process->blind_spots);
    }
    free(report->processes);
    free(report->resources);
    free(report->suppressions);
    free(report->fixed);
    findings_free(built->findings);
    lives_free(built->lives);
    free(built);
}

void report_tally(struct report *report)
{
    report->errors = report->warnings = report->notes = report->suppressed = report->known = 0;
    for (size_t i = 0; i < report->findings_count; i++) {
        const struct finding *finding = &report->findings[i];

        if (finding->suppressed)
            report->suppressed++;
        else if (!finding_counts(finding))
            report->known++;
        else if (finding->severity == SEVERITY_ERROR)
            report->errors++;
        else if (finding->severity == SEVERITY_WARNING)
            report->warnings++;
        else
            report->notes++;
    }
}

void report_raise_notes(struct report *report)
{
    for (size_t i = 0; i < report->findings_count; i++)
        if (report->findings[i].severity == SEVERITY_NOTE)
            report->findings[i].severity = SEVERITY_WARNING;
    report_tally(report);
    findings_sort(report);
}

bool report_complete(const struct report *report)
{
    for (size_t i = 0; i < report->processes_count; i++)
        if (!report->processes[i].complete)
            return false;
    return !report->failure;
}

uint64_t report_calls(const struct report *report)
{
    uint64_t calls = 0;

    for (size_t i = 0; i < report->processes_count; i++)
        calls += report->processes[i].calls;
    return calls;
}

uint64_t report_started(const struct report *report)
{
    uint64_t first = UINT64_MAX;

    for (size_t i = 0; i < report->processes_count; i++)
        if (report->processes[i].started < first)
            first = report->processes[i].started;
    return first;
}
