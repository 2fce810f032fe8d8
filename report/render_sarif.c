/* SPDX-License-Identifier: MIT */
/*
 * SARIF 2.1.0, for GitHub code scanning above all, which takes every result for an alert: what the
 * baseline had and is gone is no result here, but a property of the run. One result is one line. A
 * file that is too long is not taken at all, so it ends where that is near: worst and new ones come
 * first, and how many are missing is said.
 */
#include <stdlib.h>

#include "audit_checks.h"
#include "escape.h"
#include "gzip_size.h"
#include "json_values.h"
#include "memory.h"
#include "render_text_internal.h"
#include "same.h"
#include "sarif.h"
#include "version.h"

#define MOST_RESULTS 25000
#define MOST_BYTES (10000000 - GZIP_SIZE_PENDING) /* gzipped, and all but the end */
#define MOST_FIXED 100                            /* of what is gone, and of blind spots */

#define SCHEMA "https://json.schemastore.org/sarif-2.1.0.json"

struct file {
    struct sarif sarif;
    FILE *out;
    struct gzip_size *gzipped;
    struct same *same;
    size_t results, left_out;
    bool full;
};

static bool has_room(struct file *file, const char *text, size_t size)
{
    return gzip_size_add(file->gzipped, text, size) <= MOST_BYTES;
}

/* Print before it: `lead`. Takes over the value. False: it is too much, and was not printed. */
static bool print_counted(struct file *file, const char *lead, json_t *value)
{
    char *text = NULL;
    size_t size;
    FILE *memory = xopen_text(&text, &size);
    bool fits;

    fputs(lead, memory);
    print_value(memory, value);
    xclose_text(memory);
    fits = has_room(file, text, size);
    if (fits)
        fwrite(text, 1, size, file->out);
    free(text);
    return fits;
}

/* ---- the tool and the run ------------------------------------------------------------------- */

enum notice { NOTICE_BLIND_SPOT = AUDIT_CHECKS, NOTICE_LEFT_OUT, NOTICES };

static const char *const notice_ids[NOTICES] = {"trace-complete", "audit-active", "blind-spot",
                                                "results-left-out"};

static json_t *tool_json(void)
{
    json_t *tool = must_value(json_object());
    json_t *driver = must_value(json_object());

    put_member(driver, "name", text_value("scardaudit"));
    put_member(driver, "version", text_value(PACKAGE_VERSION));
    put_member(driver, "semanticVersion", text_value(PACKAGE_VERSION));
    put_member(driver, "rules", sarif_rules());
    put_member(tool, "driver", driver);
    return tool;
}

static json_t *roots_json(void)
{
    json_t *roots = must_value(json_object());
    json_t *root = must_value(json_object());

    put_member(root, "description", sarif_message("The folder of the sources."));
    put_member(roots, SARIF_ROOT, root);
    return roots;
}

static json_t *automation_json(void)
{
    json_t *automation = must_value(json_object());

    put_member(automation, "id", text_value("scardaudit/"));
    return automation;
}

static json_t *fixed_json(const struct report *report)
{
    json_t *list = must_value(json_array());

    for (size_t i = 0; i < report->fixed_count && i < MOST_FIXED; i++) {
        const struct report_fixed *fixed = &report->fixed[i];
        json_t *object = must_value(json_object());
        char *message = escaped_copy(fixed->message, 1000);
        char *rule = escaped_copy(fixed->rule, 1000);

        put_member(object, "ruleId", text_value(rule));
        put_member(object, "scardaudit/v1", text_value(fixed->fingerprint_strict));
        put_member(object, "message", text_value(message));
        append_element(list, object);
        free(rule);
        free(message);
    }
    return list;
}

static json_t *properties_json(const struct report *report)
{
    json_t *properties = must_value(json_object());

    put_member(properties, "fixedCount", number_value(report->fixed_count));
    put_member(properties, "fixed", fixed_json(report));
    return properties;
}

/* ---- notifications -------------------------------------------------------------------------- */

static void add_notice(json_t *list, enum notice notice, const char *level, const char *message)
{
    json_t *object = must_value(json_object());
    json_t *descriptor = must_value(json_object());

    put_member(descriptor, "id", text_value(notice_ids[notice]));
    put_member(object, "descriptor", descriptor);
    put_member(object, "level", text_value(level));
    put_member(object, "message", sarif_message(message));
    append_element(list, object);
}

static void add_blind_spots(json_t *list, const struct report *report)
{
    size_t count = 0;

    for (size_t i = 0; i < report->processes_count; i++)
        for (size_t j = 0; j < report->processes[i].blind_spots_count; j++)
            if (count < MOST_FIXED && text_blind_spot_matters(report, i, j)) {
                add_notice(list, NOTICE_BLIND_SPOT, "warning",
                           report->processes[i].blind_spots[j].message);
                count++;
            }
}

static json_t *invocation_json(const struct file *file)
{
    const struct report *report = file->sarif.report;
    const struct render_options *options = file->sarif.options;
    json_t *invocation = must_value(json_object());
    json_t *list = must_value(json_array());

    for (enum audit_check check = 0; check < AUDIT_CHECKS; check++) {
        const char *problem = audit_check_problem(check, report, options);

        if (problem)
            add_notice(list, (enum notice)check, "error", problem);
    }
    if (file->left_out) {
        char *message = xasprintf("%zu further result%s left out: a file may hold " //
                                  "25,000 of them, and 10 MB when gzipped",
                                  file->left_out, file->left_out == 1 ? " was" : "s were");

        add_notice(list, NOTICE_LEFT_OUT, "warning", message);
        free(message);
    }
    add_blind_spots(list, report);
    put_member(invocation, "executionSuccessful", json_boolean(audit_passed(report, options)));
    put_member(invocation, "toolExecutionNotifications", list);
    return invocation;
}

/* ---- results -------------------------------------------------------------------------------- */

/* Those that count, or the others. */
static void print_results(struct file *file, bool counting)
{
    const struct report *report = file->sarif.report;

    for (size_t i = 0; i < report->findings_count; i++) {
        const struct finding *finding = &report->findings[i];

        if (finding_counts(finding) != counting)
            continue;
        file->full = file->full || file->results == MOST_RESULTS ||
                     !print_counted(file, file->results ? ",\n" : "\n",
                                    sarif_result(&file->sarif, finding, file->same[i].nth));
        if (file->full)
            file->left_out++;
        else
            file->results++;
    }
}

void render_sarif(FILE *out, const struct report *report, const struct render_options *options)
{
    struct source_root *root = source_root_new(options->source_root, options->fallback_file);
    struct file file = {.sarif = {report, options, root},
                        .out = out,
                        .gzipped = gzip_size_new(),
                        .same = same_findings(report, SAME_BY_OWNER)};

    fputs("{\"$schema\":\"" SCHEMA "\",\n\"version\":\"2.1.0\",\n\"runs\":[{", out);
    print_counted(&file, "\n\"tool\":", tool_json());
    print_counted(&file, ",\n\"automationDetails\":", automation_json());
    print_counted(&file, ",\n\"originalUriBaseIds\":", roots_json());
    print_counted(&file, ",\n\"properties\":", properties_json(report));
    fputs(",\n\"columnKind\":\"utf16CodeUnits\",\n\"results\":[", out);
    print_results(&file, true);
    print_results(&file, false);
    fputs("],\n\"invocations\":[", out);
    print_value(out, invocation_json(&file));
    fputs("]}]}\n", out);
    free(file.same);
    gzip_size_free(file.gzipped);
    source_root_free(root);
}
