/* SPDX-License-Identifier: MIT */
/*
 * The summary of a step in Markdown. A step may write 1 MiB, or all of it is dropped: so the worst
 * findings alone, in few words each.
 */
#include "escape.h"
#include "github.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "audit_checks.h"
#include "finding_text.h"
#include "location.h"
#include "memory.h"
#include "render_text_internal.h"

#define ROWS 50
#define LONGEST 400 /* bytes of what a program named; five times that when each is an entity */

/* Whatever the text holds stands for itself: as an entity nothing is markup. */
static void print_plain(FILE *out, const char *text)
{
    char *shown = escaped_copy(text, LONGEST);

    for (const char *c = shown; *c; c++) {
        unsigned char byte = (unsigned char)*c;

        if (byte >= 0x80 || isalnum(byte) || byte == ' ')
            putc(byte, out);
        else
            fprintf(out, "&#%d;", byte);
    }
    free(shown);
}

static void print_verdict(FILE *out, const struct report *report,
                          const struct render_options *options)
{
    fprintf(out, "## scardaudit: %zu error%s, %zu warning%s, %zu note%s\n\n", report->errors,
            text_plural(report->errors), report->warnings, text_plural(report->warnings),
            report->notes, text_plural(report->notes));
    for (enum audit_check check = 0; check < AUDIT_CHECKS; check++) {
        const char *problem = audit_check_problem(check, report, options);

        if (problem)
            fprintf(out, "**The audit failed: %s.**\n\n", problem);
    }
    fprintf(out, "%zu process%s, %" PRIu64 " audited call%s", report->processes_count,
            report->processes_count == 1 ? "" : "es", report_calls(report),
            text_plural(report_calls(report)));
    if (report->suppressed)
        fprintf(out, ", %zu suppressed", report->suppressed);
    if (options->baseline)
        fprintf(out, ", %zu known, %zu gone", report->known, report->fixed_count);
    fputs("\n\n", out);
}

static void print_row(FILE *out, const struct source_root *root, const struct finding *finding)
{
    struct location location = source_root_locate(root, finding);
    char *growth = finding_growth(finding);

    fprintf(out, "| %s | %s | ", severity_name(finding->severity), finding->rule->name);
    print_plain(out, finding->message);
    if (growth)
        fprintf(out, " (%s)", growth);
    fputs(" | ", out);
    if (location.frame) {
        print_plain(out, location.path);
        fprintf(out, "&#58;%d", location.line);
    }
    fprintf(out, " | %zu |\n", finding->count);
    free(growth);
    free(location.path);
}

static void print_table(FILE *out, const struct report *report,
                        const struct render_options *options)
{
    struct source_root *root = source_root_new(options->source_root, options->fallback_file);
    size_t counting = report->errors + report->warnings + report->notes, rows = 0;

    if (counting)
        fputs("| | rule | finding | where | times |\n|---|---|---|---|---|\n", out);
    for (size_t i = 0; i < report->findings_count && rows < ROWS; i++)
        if (finding_counts(&report->findings[i])) {
            print_row(out, root, &report->findings[i]);
            rows++;
        }
    if (counting > rows)
        fprintf(out, "\nand %zu more\n", counting - rows);
    if (counting)
        putc('\n', out);
    source_root_free(root);
}

static void print_gone(FILE *out, const struct report *report)
{
    for (size_t i = 0; i < report->fixed_count && i < LISTED; i++) {
        fputs("* gone: ", out);
        print_plain(out, report->fixed[i].rule);
        fputs(": ", out);
        print_plain(out, report->fixed[i].message);
        putc('\n', out);
    }
    if (report->fixed_count > LISTED)
        fprintf(out, "* and %zu more gone\n", report->fixed_count - LISTED);
}

static void print_blind_spots(FILE *out, const struct report *report)
{
    size_t count = 0;

    for (size_t i = 0; i < report->processes_count; i++)
        for (size_t j = 0; j < report->processes[i].blind_spots_count; j++)
            if (count < ROWS && text_blind_spot_matters(report, i, j)) {
                fputs("* blind spot: ", out);
                print_plain(out, report->processes[i].blind_spots[j].message);
                putc('\n', out);
                count++;
            }
}

void github_summary(FILE *out, const struct report *report, const struct render_options *options)
{
    putc('\n', out);
    print_verdict(out, report, options);
    print_table(out, report, options);
    print_gone(out, report);
    print_blind_spots(out, report);
    putc('\n', out);
}
