/* SPDX-License-Identifier: MIT */
#include "github.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit_checks.h"
#include "escape.h"
#include "finding_text.h"
#include "location.h"
#include "memory.h"
#include "output.h"
#include "progress.h"
#include "utf8.h"

#define SHOWN 10           /* of each kind and step: GitHub drops the others */
#define LONGEST 1000       /* bytes of a message */
#define LONGEST_STORY 3000 /* and of the stacks below it */

/* ---- annotations ---------------------------------------------------------------------------- */

enum kind { KIND_NOTICE, KIND_WARNING, KIND_ERROR, KINDS }; /* as severities are numbered */

struct annotation {
    enum kind kind;
    const char *path;
    int line;
    const char *title;
    const char *message;
};

/* As workflow commands want it: data, or the value of a property, where more stands for itself. */
static void print_command_text(FILE *out, const char *text, const char *special)
{
    for (; *text; text++) {
        if (*text == '%' || *text == '\r' || *text == '\n' || strchr(special, *text))
            fprintf(out, "%%%02X", (unsigned char)*text);
        else
            putc(*text, out);
    }
}

static void print_annotation(FILE *out, const struct annotation *annotation)
{
    static const char *const names[KINDS] = {"notice", "warning", "error"};

    fprintf(out, "::%s file=", names[annotation->kind]);
    print_command_text(out, annotation->path, ":,");
    fprintf(out, ",line=%d,title=", annotation->line);
    print_command_text(out, annotation->title, ":,");
    fputs("::", out);
    print_command_text(out, annotation->message, "");
    putc('\n', out);
}

static void print_problem(FILE *out, const struct source_root *root, const char *title,
                          const char *message, enum kind kind)
{
    const struct annotation annotation = {kind, source_root_fallback(root), 1, title, message};

    print_annotation(out, &annotation);
}

static void print_finding(FILE *out, const struct source_root *root, const struct report *report,
                          const struct finding *finding, const struct render_options *options)
{
    struct location location = source_root_locate(root, finding);
    char *path = escaped_copy(location.path, LONGEST);
    char *title = xasprintf("scardaudit: %s", finding->rule->name);
    char *sentence = escaped_copy(finding->message, LONGEST);
    char *story = finding_story(report, finding, options);
    size_t end = utf8_cut(story, LONGEST_STORY);
    char *message;
    struct annotation annotation = {(enum kind)finding->severity, path, location.line, title, NULL};

    while (end && story[end - 1] == '\n')
        end--;
    annotation.message = message = xasprintf("%s\n%.*s", sentence, (int)end, story);
    print_annotation(out, &annotation);
    free(message);
    free(story);
    free(sentence);
    free(title);
    free(path);
    free(location.path);
}

/* How many of each kind are to be shown: one notice less where one tells of the rest. */
struct plan {
    size_t total[KINDS], shown[KINDS], rest;
};

static struct plan make_plan(const struct report *report, size_t problems)
{
    struct plan plan = {.total = {report->notes, report->warnings, report->errors}};

    for (enum kind kind = 0; kind < KINDS; kind++) {
        size_t most = SHOWN - (kind == KIND_ERROR ? problems : 0);

        plan.shown[kind] = plan.total[kind] < most ? plan.total[kind] : most;
        plan.rest += plan.total[kind] - plan.shown[kind];
    }
    if (plan.rest && plan.shown[KIND_NOTICE] == SHOWN) {
        plan.shown[KIND_NOTICE]--;
        plan.rest++;
    }
    return plan;
}

static size_t print_problems(FILE *out, const struct source_root *root, const struct report *report,
                             const struct render_options *options)
{
    size_t count = 0;

    for (enum audit_check check = 0; check < AUDIT_CHECKS; check++) {
        const char *problem = audit_check_problem(check, report, options);

        if (!problem)
            continue;
        print_problem(out, root, "scardaudit: the audit failed", problem, KIND_ERROR);
        count++;
    }
    return count;
}

void github_annotations(FILE *out, const struct report *report,
                        const struct render_options *options)
{
    struct source_root *root = source_root_new(options->source_root, options->fallback_file);
    struct plan plan = make_plan(report, print_problems(out, root, report, options));
    size_t shown[KINDS] = {0};

    for (size_t i = 0; i < report->findings_count; i++) {
        const struct finding *finding = &report->findings[i];

        if (finding_counts(finding) && shown[finding->severity]++ < plan.shown[finding->severity])
            print_finding(out, root, report, finding, options);
    }
    if (plan.rest) {
        char *message = xasprintf("%zu more finding%s than GitHub shows: see the report", plan.rest,
                                  plan.rest == 1 ? "" : "s");

        print_problem(out, root, "scardaudit", message, KIND_NOTICE);
        free(message);
    }
    source_root_free(root);
}

/* ---- the summary ---------------------------------------------------------------------------- */

/* NULL: none is asked for. */
static const char *summary_name(void)
{
    const char *name = getenv("GITHUB_STEP_SUMMARY");

    return name && *name ? name : NULL;
}

static bool summary_failed(const char *name, int error)
{
    progress_clear();
    fputs("scardaudit: cannot write $GITHUB_STEP_SUMMARY, ", stderr);
    print_escaped(stderr, name);
    fprintf(stderr, ": %s\n", strerror(error));
    return false;
}

static FILE *open_summary(const char *name)
{
    int file = open(name, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666);
    FILE *stream = file < 0 ? NULL : fdopen(file, "a");

    if (!stream) {
        summary_failed(name, errno);
        if (file >= 0)
            close(file);
    }
    return stream;
}

bool github_possible(void)
{
    const char *name = summary_name();
    FILE *stream = name ? open_summary(name) : NULL;

    if (stream)
        fclose(stream);
    return !name || stream;
}

static bool write_summary(const struct report *report, const struct render_options *options)
{
    const char *name = summary_name();
    FILE *stream = name ? open_summary(name) : NULL;
    int error = 0;

    if (!stream)
        return !name;
    github_summary(stream, report, options);
    errno = 0;
    if (fflush(stream) != 0 || ferror(stream))
        error = errno ? errno : EIO;
    if (fclose(stream) != 0 && !error)
        error = errno;
    return !error || summary_failed(name, error);
}

bool github_write(const struct report *report, const struct render_options *options,
                  bool after_program)
{
    struct output output;
    bool written;

    output_use(&output, stdout);
    /* A command stands at the beginning of a line, which the program may not have ended. */
    if (after_program)
        putc('\n', output.stream);
    github_annotations(output.stream, report, options);
    written = output_close(&output) == 0;
    return write_summary(report, options) && written;
}
