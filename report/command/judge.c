/* SPDX-License-Identifier: MIT */
#include "judge.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "report/base/color.h"
#include "report/base/escape.h"
#include "report/base/progress.h"
#include "report/findings/suppress.h"
#include "report/output/github.h"
#include "report/output/output.h"
#include "report/output/render.h"

static bool reaches(const struct report *report, int level)
{
    for (size_t i = 0; level != FAIL_NEVER && i < report->findings_count; i++)
        if (finding_counts(&report->findings[i]) && (int)report->findings[i].severity >= level)
            return true;
    return false;
}

bool judge_outputs_possible(const struct options *options)
{
    bool possible = outputs_possible(&options->outputs);

    if (options->write_baseline && output_possible(options->write_baseline) < 0)
        possible = false;
    if (options->github && !github_possible())
        possible = false;
    return possible;
}

/* ---- references ----------------------------------------------------------------------------- */

static bool say_problem(char *problem)
{
    fputs("scardaudit: ", stderr);
    print_escaped(stderr, problem);
    putc('\n', stderr);
    free(problem);
    return false;
}

static void say_expired(const struct suppression *suppression)
{
    fputs("scardaudit: ", stderr);
    print_escaped(stderr, suppression->file);
    fprintf(stderr, ":%u: expired on %s, and suppresses nothing any more\n", suppression->line,
            suppression->values[KEY_EXPIRES]);
}

static bool read_suppressions(struct suppressions *suppressions, const struct options *options)
{
    char *problem;

    for (size_t i = 0; i < options->suppressions_count; i++)
        if (suppressions_add(suppressions, options->suppressions[i], &problem) < 0)
            return say_problem(problem);
    for (size_t i = 0; i < suppressions->count; i++)
        if (suppressions->list[i].expired)
            say_expired(&suppressions->list[i]);
    return true;
}

bool judge_read_references(struct references *references, const struct options *options)
{
    char *problem;

    references->broken = true;
    if (!read_suppressions(&references->suppressions, options))
        return false;
    if (options->baseline) {
        references->baseline = baseline_read(options->baseline, &problem);
        if (!references->baseline)
            return say_problem(problem);
    }
    references->broken = false;
    return true;
}

void judge_free_references(struct references *references)
{
    suppressions_free(&references->suppressions);
    baseline_free(references->baseline);
    references->baseline = NULL;
}

/* ---- the verdict ---------------------------------------------------------------------------- */

static const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

void judge_print_counts(FILE *out, const struct verdict *verdict)
{
    fprintf(out, "%zu error%s, %zu warning%s, %zu note%s", verdict->errors, plural(verdict->errors),
            verdict->warnings, plural(verdict->warnings), verdict->notes, plural(verdict->notes));
}

void judge_say_counted(const struct verdict *verdict, const struct options *options)
{
    fputs("scardaudit: ", stderr);
    judge_print_counts(stderr, verdict);
    fprintf(stderr, ": at or above --fail-on %s\n", severity_name((enum severity)options->fail_on));
}

static bool write_baseline(const char *name, const struct report *report)
{
    struct output output;

    if (!report_complete(report)) {
        progress_clear();
        fputs("scardaudit: no baseline is written: findings may be missing\n", stderr);
        return false;
    }
    if (output_open(&output, name) < 0)
        return false;
    baseline_write(output.stream, report);
    return output_close(&output) == 0;
}

static bool write_standard(FILE *standard, const struct report *report,
                           const struct render_options *options)
{
    struct render_options own = *options;
    struct output output;

    output_use(&output, standard);
    own.color = color_wanted(standard, options->when);
    render_text(output.stream, report, &own);
    return output_close(&output) == 0;
}

static bool is_worth_telling(const struct options *options, const struct verdict *verdict)
{
    return options->command != COMMAND_GATE || verdict->counted || !verdict->complete ||
           (!verdict->calls && !options->allow_empty);
}

/* Who asks for debug files is told when they were not to be had. */
static void say_not_fetched(const struct symbols *symbols)
{
    const char *servers = getenv("DEBUGINFOD_URLS");
    int error = symbols_debuginfod_error(symbols);

    if (error != ENOSYS && error)
        fprintf(stderr, "scardaudit: --debuginfod: not all was fetched: %s\n", strerror(error));
    else if (!servers || !*servers)
        fputs("scardaudit: --debuginfod: DEBUGINFOD_URLS is not set, nothing was fetched\n",
              stderr);
    else if (error)
        fputs("scardaudit: --debuginfod: libdebuginfod.so.1 is missing, nothing was fetched\n",
              stderr);
}

/* Why findings are missing, or NULL. */
static const char *failure(const struct inputs *inputs, const struct references *references)
{
    if (references->broken)
        return "the suppressions or the baseline could not be read: nothing was judged";
    if (inputs->failed)
        return "traces are missing or could not be read: findings may be missing";
    return NULL;
}

struct verdict judge(const struct inputs *inputs, const struct options *options,
                     const struct references *references, const struct known_end *end,
                     FILE *standard, const char *program)
{
    const struct render_options render_options = {.when = options->color,
                                                  .program = program,
                                                  .source_root = options->source_root,
                                                  .fallback_file = options->fallback_file,
                                                  .baseline = options->baseline,
                                                  .fail_on = options->fail_on,
                                                  .embed_source = options->embed_source,
                                                  .allow_empty = options->allow_empty,
                                                  .debuginfod = options->debuginfod};
    struct symbols *symbols = symbols_new(options->debuginfod);
    struct report *report = (options->outputs.names[OUTPUT_HTML]
                                 ? report_build_with_lives
                                 : report_build)(inputs->traces, inputs->count, symbols, end);
    struct verdict verdict = {0};

    if (options->debuginfod)
        say_not_fetched(symbols);
    signal(SIGXFSZ, SIG_IGN); /* a file that grows beyond a limit is one of several outputs */
    report->failure = failure(inputs, references);
    if (options->strict)
        report_raise_notes(report);
    suppressions_apply(&references->suppressions, report);
    if (references->baseline)
        baseline_compare(references->baseline, report);
    verdict.complete = report_complete(report);
    verdict.counted = reaches(report, options->fail_on);
    verdict.errors = report->errors;
    verdict.warnings = report->warnings;
    verdict.notes = report->notes;
    verdict.calls = report_calls(report);
    verdict.written = outputs_write(&options->outputs, report, &render_options);
    if (options->github && !github_write(report, &render_options, options->command == COMMAND_RUN))
        verdict.written = false;
    if (options->write_baseline && !write_baseline(options->write_baseline, report))
        verdict.written = false;
    if (standard && is_worth_telling(options, &verdict) &&
        !write_standard(standard, report, &render_options))
        verdict.written = false;
    progress_stop();
    report_free(report);
    symbols_free(symbols);
    return verdict;
}
