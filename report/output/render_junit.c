/* SPDX-License-Identifier: MIT */
/*
 * JUnit XML for Jenkins and GitLab. A test case is a rule at a place: findings with the same owner
 * frame are one, for GitLab drops the second of two cases with one name. Beside them stand two
 * about the audit itself, so that there is never a suite without tests.
 */
#include "render.h"

#include <stdlib.h>
#include <string.h>

#include "audit_checks.h"
#include "finding_text.h"
#include "render_text_internal.h"
#include "report/base/memory.h"
#include "report/findings/location.h"
#include "report/findings/same.h"
#include "xml.h"

#define DIGITS 8 /* of the fingerprint in a name */

struct junit {
    FILE *out;
    const struct report *report;
    const struct render_options *options;
    struct source_root *root;
    struct same *same;
};

/* The first finding of this place that counts; else NULL. */
static const struct finding *failing(const struct junit *junit, size_t index)
{
    for (; index != SAME_NONE; index = junit->same[index].next)
        if (finding_counts(&junit->report->findings[index]))
            return &junit->report->findings[index];
    return NULL;
}

/* ---- how many ------------------------------------------------------------------------------- */

struct counts {
    size_t tests, failures, errors, skipped;
};

static struct counts count_cases(const struct junit *junit)
{
    struct counts counts = {.tests = AUDIT_CHECKS};

    for (enum audit_check check = 0; check < AUDIT_CHECKS; check++)
        counts.errors += audit_check_problem(check, junit->report, junit->options) != NULL;
    for (size_t i = 0; i < junit->report->findings_count; i++) {
        if (junit->same[i].nth != 1)
            continue;
        counts.tests++;
        if (failing(junit, i))
            counts.failures++;
        else
            counts.skipped++;
    }
    return counts;
}

static void print_counts(FILE *out, const struct counts *counts)
{
    fprintf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" time=\"0\"", counts->tests,
            counts->failures, counts->errors);
}

/* ---- cases ---------------------------------------------------------------------------------- */

static void print_check(const struct junit *junit, enum audit_check check)
{
    const char *problem = audit_check_problem(check, junit->report, junit->options);

    fputs("<testcase classname=\"scardaudit\"", junit->out);
    xml_attribute(junit->out, "name", audit_check_name(check));
    fputs(" time=\"0\"", junit->out);
    if (!problem) {
        fputs("/>\n", junit->out);
        return;
    }
    fputs(">\n<error type=\"audit-failed\"", junit->out);
    xml_attribute(junit->out, "message", problem);
    fputs("/>\n</testcase>\n", junit->out);
}

/* "handle-leak in connect_card() 3e6db978" */
static void print_name(const struct junit *junit, const struct finding *finding)
{
    char *owner = finding_owner(finding);
    char *name = xasprintf("%s%s%s %.*s", finding->rule->name, owner ? " in " : "",
                           owner ? owner : "", DIGITS, finding->fingerprint);

    xml_attribute(junit->out, "name", name);
    free(name);
    free(owner);
}

static void print_file(const struct junit *junit, const struct finding *finding)
{
    struct location location = source_root_locate(junit->root, finding);

    if (location.frame) {
        xml_attribute(junit->out, "file", location.path);
        fprintf(junit->out, " line=\"%d\"", location.line);
    }
    free(location.path);
}

static void print_story(const struct junit *junit, const struct finding *finding)
{
    char *story = finding_story(junit->report, finding, junit->options);

    xml_text(junit->out, severity_name(finding->severity));
    fputs(": ", junit->out);
    xml_text(junit->out, finding->message);
    putc('\n', junit->out);
    xml_text(junit->out, story);
    free(story);
}

static void print_failure(const struct junit *junit, size_t index, const struct finding *first)
{
    fputs("<failure", junit->out);
    xml_attribute(junit->out, "type", severity_name(first->severity));
    xml_attribute(junit->out, "message", first->message);
    putc('>', junit->out);
    for (; index != SAME_NONE; index = junit->same[index].next)
        if (finding_counts(&junit->report->findings[index]))
            print_story(junit, &junit->report->findings[index]);
    fputs("</failure>\n", junit->out);
}

static void print_skipped(const struct junit *junit, const struct finding *finding)
{
    char *excuse = finding_excuse(finding);

    fputs("<skipped", junit->out);
    xml_attribute(junit->out, "message", excuse);
    fputs("/>\n", junit->out);
    free(excuse);
}

static void print_case(const struct junit *junit, size_t index)
{
    const struct finding *finding = &junit->report->findings[index];
    const struct finding *fails = failing(junit, index);

    fprintf(junit->out, "<testcase classname=\"scardaudit.%s\"", finding->rule->name);
    print_name(junit, finding);
    print_file(junit, finding);
    fputs(" time=\"0\">\n", junit->out);
    if (fails)
        print_failure(junit, index, fails);
    else
        print_skipped(junit, finding);
    fputs("</testcase>\n", junit->out);
}

/* ---- what is no test ------------------------------------------------------------------------ */

static void print_blind_spots(const struct junit *junit)
{
    const struct report *report = junit->report;

    for (size_t i = 0; i < report->processes_count; i++)
        for (size_t j = 0; j < report->processes[i].blind_spots_count; j++)
            if (text_blind_spot_matters(report, i, j)) {
                fputs("Blind spot: ", junit->out);
                xml_text(junit->out, report->processes[i].blind_spots[j].message);
                putc('\n', junit->out);
            }
}

static void print_fixed(const struct junit *junit)
{
    for (size_t i = 0; i < junit->report->fixed_count; i++) {
        const struct report_fixed *fixed = &junit->report->fixed[i];

        fputs("Gone: ", junit->out);
        xml_text(junit->out, fixed->rule);
        fprintf(junit->out, " %.*s: ", DIGITS, fixed->fingerprint);
        xml_text(junit->out, fixed->message);
        putc('\n', junit->out);
    }
}

static void print_remarks(const struct junit *junit)
{
    const struct report *report = junit->report;

    fprintf(junit->out, "<system-out>%zu error%s, %zu warning%s, %zu note%s\n", report->errors,
            text_plural(report->errors), report->warnings, text_plural(report->warnings),
            report->notes, text_plural(report->notes));
    print_fixed(junit);
    print_blind_spots(junit);
    fputs("</system-out>\n", junit->out);
}

void render_junit(FILE *out, const struct report *report, const struct render_options *options)
{
    const struct junit junit = {out, report, options,
                                source_root_new(options->source_root, options->fallback_file),
                                same_findings(report, SAME_BY_OWNER)};
    const struct counts counts = count_cases(&junit);

    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"scardaudit\"", out);
    print_counts(out, &counts);
    fputs(">\n<testsuite name=\"scardaudit\"", out);
    print_counts(out, &counts);
    fprintf(out, " skipped=\"%zu\">\n", counts.skipped);
    for (enum audit_check check = 0; check < AUDIT_CHECKS; check++)
        print_check(&junit, check);
    for (size_t i = 0; i < report->findings_count; i++)
        if (junit.same[i].nth == 1)
            print_case(&junit, i);
    print_remarks(&junit);
    fputs("</testsuite>\n</testsuites>\n", out);
    free(junit.same);
    source_root_free(junit.root);
}
