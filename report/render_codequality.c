/* SPDX-License-Identifier: MIT */
/*
 * GitLab Code Quality: an array of what counts. An audit that failed is an entry too, the worst of
 * all: an empty array would look like a clean program.
 */
#include "escape.h"
#include "render.h"

#include <stdlib.h>
#include <string.h>

#include "audit_checks.h"
#include "json_values.h"
#include "location.h"
#include "memory.h"
#include "same.h"

#define LONGEST 2000 /* bytes of a description */

static const char *severity_word(enum severity severity)
{
    static const char *const words[] = {"info", "major", "critical"};

    return words[severity];
}

struct entry {
    const char *description, *check, *severity;
    const char *fingerprint;
    const char *path;
    int line;
};

static void print_entry(FILE *out, bool first, const struct entry *entry)
{
    json_t *object = must_value(json_object());
    json_t *location = must_value(json_object());
    json_t *lines = must_value(json_object());
    char *description = escaped_copy(entry->description, LONGEST);

    put_member(object, "description", text_value(description));
    put_member(object, "check_name", text_value(entry->check));
    put_member(object, "fingerprint", text_value(entry->fingerprint));
    put_member(object, "severity", text_value(entry->severity));
    put_member(location, "path", text_value(entry->path));
    put_member(lines, "begin", json_integer(entry->line));
    put_member(location, "lines", lines);
    put_member(object, "location", location);
    fputs(first ? "\n" : ",\n", out);
    print_value(out, object);
    free(description);
}

static void print_finding(FILE *out, bool first, const struct finding *finding, size_t nth,
                          const struct source_root *root)
{
    struct location location = source_root_locate(root, finding);
    /* The same calls of several libraries are several findings. */
    char *fingerprint = nth > 1 ? xasprintf("%s-%zu", finding->fingerprint_strict, nth)
                                : xstrdup(finding->fingerprint_strict);
    const struct entry entry = {
        .description = finding->message,
        .check = finding->rule->name,
        .severity = severity_word(finding->severity),
        .fingerprint = fingerprint,
        .path = location.path,
        .line = location.line,
    };

    print_entry(out, first, &entry);
    free(fingerprint);
    free(location.path);
}

static bool print_checks(FILE *out, const struct report *report,
                         const struct render_options *options, const struct source_root *root)
{
    static const char *const fingerprints[] = {"audit-incomplete", "audit-inactive"};
    bool first = true;

    for (enum audit_check check = 0; check < AUDIT_CHECKS; check++) {
        const struct entry entry = {
            .description = audit_check_problem(check, report, options),
            .check = "audit-failed",
            .severity = "blocker",
            .fingerprint = fingerprints[check],
            .path = source_root_fallback(root),
            .line = 1,
        };

        if (!entry.description)
            continue;
        print_entry(out, first, &entry);
        first = false;
    }
    return first;
}

void render_codequality(FILE *out, const struct report *report,
                        const struct render_options *options)
{
    struct source_root *root = source_root_new(options->source_root, options->fallback_file);
    struct same *same = same_findings(report, SAME_BY_STRICT);
    bool first;

    putc('[', out);
    first = print_checks(out, report, options, root);
    for (size_t i = 0; i < report->findings_count; i++) {
        if (!finding_counts(&report->findings[i]))
            continue;
        print_finding(out, first, &report->findings[i], same[i].nth, root);
        first = false;
    }
    fputs("\n]\n", out);
    free(same);
    source_root_free(root);
}
