/* SPDX-License-Identifier: MIT */
/*
 * The report for people, in the manner of Valgrind and LeakSanitizer: who was audited, the
 * findings worst first with their stacks, what was not watched, totals. Every string that a
 * program, a library or a path brought goes through print_escaped().
 */
#include "render_text_baseline.h"
#include "render_text_stack.h"
#include "render_text_suppressions.h"
#include "render_text_unsymbolized.h"
#include "render_text_verbs.h"
#include "report/base/escape.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report/base/memory.h"

enum style { STYLE_PLAIN, STYLE_DIM, STYLE_NOTE, STYLE_WARNING, STYLE_ERROR, STYLE_GOOD };

static void style(const struct text *text, enum style which)
{
    static const char *const codes[] = {"0", "2", "1;36", "1;33", "1;31", "32"};

    if (text->options->color)
        fprintf(text->out, "\033[%sm", codes[which]);
}

/* ---- processes ------------------------------------------------------------------------------ */

static const char *signal_name(const struct report_process *process)
{
    return strcmp(process->exit, "signaled") ? NULL : sigabbrev_np(process->status);
}

char *text_end(const struct report_process *process)
{
    static const struct {
        const char *exit, *with_status, *behind, *without;
    } ends[] = {
        {"exited", "exited with ", "", "exited"},
        {"_exit", "ended by _exit(", ")", "ended by _exit()"},
        {"quick_exit", "ended by quick_exit(", ")", "ended by quick_exit()"},
        {"exec", NULL, NULL, "became another program by exec"},
        {"signaled", "killed by signal ", "", "killed by a signal"},
        {"running", NULL, NULL, "still running"},
    };

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        const char *name;

        if (strcmp(ends[i].exit, process->exit) != 0)
            continue;
        if (!process->status_known || !ends[i].with_status)
            return xstrdup(ends[i].without);
        name = signal_name(process);
        return xasprintf("%s%d%s%s%s%s", ends[i].with_status, process->status, ends[i].behind,
                         name ? " (SIG" : "", name ? name : "", name ? ")" : "");
    }
    return xstrdup("how it ended is not known");
}

static void print_processes(const struct text *text)
{
    const struct report *report = text->report;

    for (size_t i = 0; i < report->processes_count && i < LISTED; i++) {
        const struct report_process *process = &report->processes[i];
        char *end = text_end(process);

        fputs("scardaudit: ", text->out);
        print_escaped(text->out, process->executable);
        fprintf(text->out, " (pid %" PRIu32 "): %s, %" PRIu64 " audited call%s%s\n", process->pid,
                end, process->calls, text_plural(process->calls),
                process->complete ? "" : ", trace incomplete");
        free(end);
    }
    if (report->processes_count > LISTED)
        fprintf(text->out, "scardaudit: and %zu more processes\n",
                report->processes_count - LISTED);
}

/* ---- findings ------------------------------------------------------------------------------- */

/* The stack that tells a place from others: where it was misused, else where it came from. */
static const struct report_stack *telling_stack(const struct report_place *place)
{
    static const enum story order[] = {STORY_MISUSED, STORY_ACQUIRED, STORY_RELEASED};

    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        if (place->stacks[order[i]].present)
            return &place->stacks[order[i]];
    return NULL;
}

static void print_times(const struct text *text, size_t count)
{
    fprintf(text->out, "%zu time%s", count, text_plural(count));
}

static void print_count(const struct text *text, const struct finding *finding)
{
    if (finding->count < 2 && !finding->bytes)
        return;
    fputs("  ", text->out);
    if (finding->count > 1)
        print_times(text, finding->count);
    if (finding->bytes)
        fprintf(text->out, "%s%" PRIu64 " byte%s", finding->count > 1 ? ", " : "", finding->bytes,
                text_plural(finding->bytes));
    if (finding->places_total > 1 && finding->places_count) {
        fprintf(text->out, ", from %zu places; ", finding->places_total);
        print_times(text, finding->places[0].count);
        fputs(" from here:", text->out);
    }
    putc('\n', text->out);
}

static void print_further_places(const struct text *text, const struct finding *finding)
{
    size_t shown = 1;

    if (finding->places_total <= 1)
        return;
    fputs("  further places:\n", text->out);
    for (; shown < finding->places_count && shown <= LISTED; shown++) {
        const struct report_place *place = &finding->places[shown];
        const struct report_stack *stack = telling_stack(place);

        fputs("    ", text->out);
        print_times(text, place->count);
        fputs(", ", text->out);
        if (stack && stack->count)
            text_frame(text, place->pid, &stack->frames[0]);
        else
            fputs("<no stack recorded>", text->out);
        putc('\n', text->out);
    }
    if (finding->places_total > shown)
        fprintf(text->out, "    and %zu more\n", finding->places_total - shown);
}

static void print_siblings(const struct text *text, const struct finding *finding)
{
    const struct report_stack *stack = NULL;

    if (!finding->siblings_released)
        return;
    if (finding->places_count)
        stack = &finding->places[0].stacks[STORY_SIBLING_RELEASED];
    if (stack && stack->present) {
        char what[96];

        snprintf(what, sizeof what, "%zu other%s from the same place %s released, e.g.",
                 finding->siblings_released, text_plural(finding->siblings_released),
                 finding->siblings_released == 1 ? "was" : "were");
        text_stack(text, &finding->places[0], stack, what);
    } else {
        fprintf(text->out, "  %zu other%s from the same place %s released\n",
                finding->siblings_released, text_plural(finding->siblings_released),
                finding->siblings_released == 1 ? "was" : "were");
    }
}

static void print_cause(const struct text *text, const struct finding *finding)
{
    const struct finding *cause = NULL;

    if (!*finding->cause)
        return;
    for (size_t i = 0; i < text->report->findings_count; i++)
        if (!strcmp(text->report->findings[i].fingerprint, finding->cause))
            cause = &text->report->findings[i];
    fprintf(text->out, "  follows from %s %s%s\n", cause ? cause->rule->name : "finding",
            finding->cause, cause && cause->suppressed ? " (suppressed)" : "");
}

static bool is_first_with_fix(const struct report *report, const struct finding *finding)
{
    for (const struct finding *other = report->findings; other < finding; other++)
        if (!other->suppressed && !strcmp(other->fix, finding->fix))
            return false;
    return true;
}

const char *text_story_verb(const struct finding *finding, const struct report_stack *stack,
                            enum story story)
{
    if (story == STORY_ACQUIRED)
        return verb_of_acquire(finding);
    return story == STORY_MISUSED ? verb_of_misuse(finding->rule->id)
                                  : verb_of_release(finding, stack);
}

void text_finding_story(const struct text *text, const struct finding *finding)
{
    print_count(text, finding);
    for (enum story story = STORY_ACQUIRED; finding->places_count && story <= STORY_MISUSED;
         story++) {
        const struct report_place *place = &finding->places[0];
        const struct report_stack *stack = &place->stacks[story];

        if (stack->present)
            text_stack(text, place, stack, text_story_verb(finding, stack, story));
    }
    print_further_places(text, finding);
    print_siblings(text, finding);
    print_cause(text, finding);
    text_baseline_grown(text, finding);
    text_suppression_nearly(text, finding);
    if (text->alone || is_first_with_fix(text->report, finding))
        fprintf(text->out, "  fix: %s\n", finding->fix);
    style(text, STYLE_DIM);
    fprintf(text->out, "  fingerprint %s%s\n", finding->fingerprint,
            *finding->fingerprint_weak ? " (weak: no symbol)" : "");
    text_suppression_offer(text, finding);
    style(text, STYLE_PLAIN);
}

static void print_finding(const struct text *text, const struct finding *finding)
{
    static const char *const words[] = {"NOTE", "WARNING", "ERROR"};
    static const enum style styles[] = {STYLE_NOTE, STYLE_WARNING, STYLE_ERROR};

    putc('\n', text->out);
    style(text, styles[finding->severity]);
    fprintf(text->out, "%s %s", words[finding->severity], finding->rule->name);
    style(text, STYLE_PLAIN);
    fputs(": ", text->out);
    print_escaped(text->out, finding->message);
    putc('\n', text->out);
    text_finding_story(text, finding);
}

/* ---- the end -------------------------------------------------------------------------------- */

static bool is_told(const struct report *report, size_t process, size_t index)
{
    const struct report_blind_spot *spot = &report->processes[process].blind_spots[index];

    for (size_t i = 0; i <= process; i++) {
        size_t count = i == process ? index : report->processes[i].blind_spots_count;

        for (size_t j = 0; j < count; j++)
            if (!strcmp(report->processes[i].blind_spots[j].message, spot->message))
                return true;
    }
    return false;
}

static bool acquired_blocks(const struct report *report)
{
    for (size_t i = 0; i < report->resources_count; i++)
        if (!strcmp(report->resources[i].kind, "autoallocate") ||
            !strcmp(report->resources[i].kind, "wts-buffer"))
            return true;
    return false;
}

/* Who frees memory is beside the point where none was allocated. */
static bool matters(const struct report *report, const struct report_blind_spot *spot)
{
    return strcmp(spot->code, "heap-blind") != 0 || acquired_blocks(report);
}

bool text_blind_spot_matters(const struct report *report, size_t process, size_t index)
{
    return !is_told(report, process, index) &&
           matters(report, &report->processes[process].blind_spots[index]);
}

static bool print_blind_spots(const struct text *text)
{
    const struct report *report = text->report;
    bool any = false;

    for (size_t i = 0; i < report->processes_count; i++) {
        for (size_t j = 0; j < report->processes[i].blind_spots_count; j++) {
            const struct report_blind_spot *spot = &report->processes[i].blind_spots[j];

            if (!text_blind_spot_matters(report, i, j))
                continue;
            fputs(any ? "Blind spot: " : "\nBlind spot: ", text->out);
            print_escaped(text->out, spot->message);
            putc('\n', text->out);
            any = true;
        }
    }
    return any;
}

/* As wide as the longest name needs. */
static int kind_width(const struct report *report)
{
    int width = 14;

    for (size_t i = 0; i < report->resources_count; i++)
        if ((int)strlen(report->resources[i].kind) > width)
            width = (int)strlen(report->resources[i].kind);
    return width;
}

static void print_resources(const struct text *text)
{
    const struct report *report = text->report;
    int kinds = kind_width(report);
    /* Everything else is a sum. */
    const char *peak = report->processes_count > 1 ? "peak/process" : "peak";
    int width = report->processes_count > 1 ? (int)strlen(peak) : 6;

    if (!report->resources_count)
        return;
    fprintf(text->out, "\n  %-*s %9s %9s %6s %*s  %s\n", kinds, "resource", "acquired", "released",
            "live", width, peak, "provider");
    for (size_t i = 0; i < report->resources_count; i++) {
        const struct report_resource *resource = &report->resources[i];

        fprintf(text->out, "  %-*s %9zu %9zu %6zu %*zu  ", kinds, resource->kind,
                resource->acquired, resource->released, resource->live, width, resource->peak);
        print_escaped(text->out, resource->provider);
        putc('\n', text->out);
    }
}

/* "no findings: 2 contexts, 3 card handles, 40 blocks, all released" */
static void print_clean(const struct text *text)
{
    static const struct {
        const char *kind, *name;
    } names[] = {{"context", "context"},         {"card-handle", "card handle"},
                 {"transaction", "transaction"}, {"autoallocate", "block"},
                 {"wts-buffer", "WTS buffer"},   {"wts-server", "WTS server handle"},
                 {"wts-channel", "WTS channel"}, {"wts-notification", "session notification"}};
    size_t live = 0;
    const char *separator = ": ";

    style(text, STYLE_GOOD);
    fputs("no findings", text->out);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t acquired = 0;

        for (size_t j = 0; j < text->report->resources_count; j++) {
            if (strcmp(text->report->resources[j].kind, names[i].kind) != 0)
                continue;
            acquired += text->report->resources[j].acquired;
            live += text->report->resources[j].live;
        }
        if (!acquired)
            continue;
        fprintf(text->out, "%s%zu %s%s", separator, acquired, names[i].name, text_plural(acquired));
        separator = ", ";
    }
    if (*separator == ',') {
        if (live)
            fprintf(text->out, ", %zu still held", live);
        else
            fputs(", all released", text->out);
    }
    style(text, STYLE_PLAIN);
    putc('\n', text->out);
}

/* No findings where nothing could have been found are no good news. */
static void print_nothing_acquired(const struct text *text)
{
    const struct report *report = text->report;
    uint64_t calls = report_calls(report);
    bool all_failed = true;

    for (size_t i = 0; i < report->processes_count; i++)
        all_failed = all_failed && (report->processes[i].all_failed || !report->processes[i].calls);
    fputs("no findings, but ", text->out);
    if (!all_failed)
        fputs("no context, card handle or block was acquired\n", text->out);
    else if (calls == 1)
        fputs("nothing was acquired: the only call failed\n", text->out);
    else
        fprintf(text->out, "nothing was acquired: all %" PRIu64 " calls failed\n", calls);
}

static bool traces_complete(const struct report *report)
{
    for (size_t i = 0; i < report->processes_count; i++)
        if (!report->processes[i].complete)
            return false;
    return true;
}

/* Silence never means clean: what could not be judged is said in place of it. */
static void print_verdict(const struct text *text)
{
    const struct report *report = text->report;

    if (report->failure && traces_complete(report))
        fprintf(text->out, "scardaudit: %s\n", report->failure);
    else if (!report_complete(report))
        fputs("scardaudit: a trace is incomplete: no leak can be told from it, and findings may "
              "be missing\n",
              text->out);
    fputs("scardaudit: ", text->out);
    if (report->findings_count)
        fprintf(text->out, "%zu error%s, %zu warning%s, %zu note%s\n", report->errors,
                text_plural(report->errors), report->warnings, text_plural(report->warnings),
                report->notes, text_plural(report->notes));
    else if (!report->processes_count)
        fputs("no trace was judged\n", text->out);
    else if (!report_calls(report))
        fputs("nothing was audited: no audited function was called\n", text->out);
    else if (!report_complete(report))
        fputs("no findings in what was recorded\n", text->out);
    else if (!report->resources_count)
        print_nothing_acquired(text);
    else
        print_clean(text);
}

static void print_traces(const struct text *text)
{
    const struct report *report = text->report;

    for (size_t i = 0; i < report->processes_count && i < LISTED; i++) {
        fputs("trace: ", text->out);
        print_escaped(text->out, report->processes[i].trace);
        putc('\n', text->out);
    }
    if (report->processes_count > LISTED)
        fprintf(text->out, "and %zu more traces\n", report->processes_count - LISTED);
    fputs("again: ", text->out);
    print_escaped(text->out, text->options->program);
    putc('\n', text->out);
}

void render_text(FILE *out, const struct report *report, const struct render_options *options)
{
    const struct text text = {out, report, options, false};

    print_processes(&text);
    for (size_t i = 0; i < report->findings_count; i++)
        if (finding_counts(&report->findings[i]))
            print_finding(&text, &report->findings[i]);
    text_unsymbolized(&text);
    if (print_blind_spots(&text) || report->findings_count || report->resources_count) {
        print_resources(&text);
        putc('\n', out);
    }
    print_verdict(&text);
    text_baseline(&text);
    text_suppressions(&text);
    if (options->program)
        print_traces(&text);
}
