/* SPDX-License-Identifier: MIT */
#include "judge.h"

#include <stdlib.h>

#include "output.h"
#include "render.h"
#include "suppress.h"

static bool reaches(const struct report *report, int level)
{
    for (size_t i = 0; level != FAIL_NEVER && i < report->findings_count; i++)
        if (!report->findings[i].suppressed && (int)report->findings[i].severity >= level)
            return true;
    return false;
}

typedef void renderer(FILE *, const struct report *, const struct render_options *);

static bool write_report(struct output *output, renderer *render, const struct report *report,
                         const struct options *options, const char *program)
{
    struct render_options render_options = {.color = output_colored(output->stream, options->color),
                                            .program = program};

    render(output->stream, report, &render_options);
    return output_close(output) == 0;
}

static bool write_file(const char *name, renderer *render, const struct report *report,
                       const struct options *options, const char *program)
{
    struct output output;

    if (!name)
        return true;
    return output_open(&output, name) == 0 &&
           write_report(&output, render, report, options, program);
}

bool judge_outputs_possible(const struct options *options)
{
    bool text = !options->text || output_possible(options->text) == 0;
    bool json = !options->json || output_possible(options->json) == 0;

    return text && json;
}

static void say_expired(const struct suppression *suppression)
{
    fputs("scardaudit: ", stderr);
    print_escaped(stderr, suppression->file);
    fprintf(stderr, ":%u: expired on %s, and suppresses nothing any more\n", suppression->line,
            suppression->values[KEY_EXPIRES]);
}

bool judge_read_suppressions(struct suppressions *suppressions, const struct options *options)
{
    for (size_t i = 0; i < options->suppressions_count; i++) {
        char *problem;

        if (suppressions_add(suppressions, options->suppressions[i], &problem) == 0)
            continue;
        fputs("scardaudit: ", stderr);
        print_escaped(stderr, problem);
        putc('\n', stderr);
        free(problem);
        return false;
    }
    for (size_t i = 0; i < suppressions->count; i++)
        if (suppressions->list[i].expired)
            say_expired(&suppressions->list[i]);
    return true;
}

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

struct verdict judge(const struct inputs *inputs, const struct options *options,
                     const struct suppressions *suppressions, const struct known_end *end,
                     FILE *standard, const char *program)
{
    struct symbols *symbols = symbols_new(options->debuginfod);
    struct report *report = report_build(inputs->traces, inputs->count, symbols, end);
    struct verdict verdict = {0};

    if (options->strict)
        report_raise_notes(report);
    suppressions_apply(suppressions, report);
    verdict.written = write_file(options->text, render_text, report, options, program);
    if (!write_file(options->json, render_json, report, options, program))
        verdict.written = false;
    if (standard) {
        struct output output;

        output_use(&output, standard);
        if (!write_report(&output, render_text, report, options, program))
            verdict.written = false;
    }
    verdict.complete = report_complete(report);
    verdict.counted = reaches(report, options->fail_on);
    verdict.errors = report->errors;
    verdict.warnings = report->warnings;
    verdict.notes = report->notes;
    verdict.calls = report_calls(report);
    report_free(report);
    symbols_free(symbols);
    return verdict;
}
