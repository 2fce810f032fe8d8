/* SPDX-License-Identifier: MIT */
/*
 * The report as one page for browsers, which needs nothing but itself: complete without its
 * scripts, and unable to fetch or send anything (html_policy). What stands where is described in
 * html/README.md. The same report gives the same bytes.
 */
#include <stdlib.h>
#include <string.h>

#include "report/base/base_name.h"
#include "report/base/embed.h"
#include "html.h"
#include "html_policy.h"
#include "report/base/memory.h"
#include "report/base/version.h"

#define FIRST_SCRIPT "theme.js" /* before anything is shown */

/* ---- what is embedded ----------------------------------------------------------------------- */

static bool ends_with(const char *name, const char *end)
{
    size_t length = strlen(name), tail = strlen(end);

    return length >= tail && !strcmp(name + length - tail, end);
}

static void print_asset(FILE *out, const char *tag, const struct embedded_file *file)
{
    fprintf(out, "<%s>", tag);
    fwrite(file->data, 1, file->size, out);
    fprintf(out, "</%s>\n", tag);
}

static void print_head_assets(FILE *out)
{
    for (const struct embedded_file *file = embedded_html; file->name; file++)
        if (ends_with(file->name, ".css"))
            print_asset(out, "style", file);
        else if (!strcmp(file->name, FIRST_SCRIPT))
            print_asset(out, "script", file);
}

static void print_scripts(FILE *out)
{
    for (const struct embedded_file *file = embedded_html; file->name; file++)
        if (ends_with(file->name, ".js") && strcmp(file->name, FIRST_SCRIPT) != 0)
            print_asset(out, "script", file);
}

/* ---- the order of cards --------------------------------------------------------------------- */

static int rank(const struct finding *finding)
{
    return finding->suppressed ? 2 : !finding_counts(finding);
}

static size_t *number_cards(const struct report *report)
{
    size_t *numbers = xcalloc(report->findings_count, sizeof *numbers);
    size_t next = 1;

    for (int wanted = 0; wanted <= 2; wanted++)
        for (size_t i = 0; i < report->findings_count; i++)
            if (rank(&report->findings[i]) == wanted)
                numbers[i] = next++;
    return numbers;
}

static int by_fingerprint(const void *a, const void *b, void *context)
{
    const struct report *report = context;
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    int order = strcmp(report->findings[x].fingerprint, report->findings[y].fingerprint);

    return order ? order : (x > y) - (x < y);
}

static size_t *sort_by_fingerprint(const struct report *report)
{
    size_t *order = xcalloc(report->findings_count, sizeof *order);

    for (size_t i = 0; i < report->findings_count; i++)
        order[i] = i;
    if (report->findings_count)
        qsort_r(order, report->findings_count, sizeof *order, by_fingerprint,
                (void *)(uintptr_t)report);
    return order;
}

/* The kind that all findings of a rule have: said with the rule, and not with each of them. */
static const char **common_kinds(const struct report *report)
{
    const char **kinds = xcalloc(RULE_COUNT, sizeof *kinds);
    bool differ[RULE_COUNT] = {false};

    for (size_t i = 0; i < report->findings_count; i++) {
        const struct finding *finding = &report->findings[i];
        const char **kind = &kinds[finding->rule->id];

        if (*kind && strcmp(*kind, finding->kind) != 0)
            differ[finding->rule->id] = true;
        *kind = finding->kind;
    }
    for (size_t i = 0; i < RULE_COUNT; i++)
        if (differ[i])
            kinds[i] = NULL;
    return kinds;
}

/* ---- the page ------------------------------------------------------------------------------- */

static void print_title(const struct html *html)
{
    const struct report *report = html->report;

    if (report->processes_count)
        html_name(html->out, base_name(report->processes[0].executable));
    else
        fputs("nothing", html->out);
    if (report->processes_count > 1)
        fprintf(html->out, " and %zu more", report->processes_count - 1);
}

static void print_head(const struct html *html)
{
    FILE *out = html->out;

    fprintf(out,
            "<!DOCTYPE html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n"
            "<meta http-equiv=Content-Security-Policy content=\"%s\">\n"
            "<meta name=viewport content=\"width=device-width, initial-scale=1\">\n"
            "<meta name=color-scheme content=\"light dark\">\n"
            "<meta name=generator content=\"scardaudit %s\">\n<title>",
            html_policy, PACKAGE_VERSION);
    print_title(html);
    fputs(" - scardaudit</title>\n", out);
    print_head_assets(out);
    fputs("</head>\n", out);
}

static void print_link(FILE *out, bool wanted, const char *id, const char *name)
{
    if (wanted)
        fprintf(out, "<a href=#%s>%s</a>", id, name);
}

static void print_header(const struct html *html)
{
    const struct report *report = html->report;
    bool lives = report->lives && report->lives->count;
    FILE *out = html->out;

    fputs("<body>\n<a class=skip href=#findings>Skip to the findings</a>\n<header><h1>", out);
    print_title(html);
    fputs("</h1><p>scardaudit " PACKAGE_VERSION "</p><div id=tools hidden></div>"
          "<nav aria-label=Sections>",
          out);
    print_link(out, true, "findings", "Findings");
    print_link(out, report->known, "known", "Known");
    print_link(out, report->suppressed || report->suppressions_count, "suppressed", "Suppressed");
    print_link(out, report->fixed_count, "gone", "Gone");
    print_link(out, lives, "timeline", "Timeline");
    print_link(out, lives && report->lives->holds_count, "held", "Held at the end");
    print_link(out, report->resources_count, "resources", "Resources");
    print_link(out, report->processes_count, "processes", "Processes");
    print_link(out, report->findings_count, "rules", "Rules");
    fputs("</nav></header>\n", out);
}

static void print_page(const struct html *html)
{
    FILE *out = html->out;

    print_head(html);
    print_header(html);
    fputs(html->folds ? "<main>\n" : "<main class=many>\n", out);
    html_overview(html);
    html_findings(html);
    html_marks(out);
    html_timeline(html);
    html_flame(html);
    html_resources(html);
    html_processes(html);
    html_rules(html);
    fprintf(out,
            "</main>\n<footer>Made by scardaudit %s. Times are seconds since recording "
            "began%s.</footer>\n",
            PACKAGE_VERSION,
            html->report->processes_count > 1
                ? ": in findings that of the process, in the timeline that of the first one"
                : "");
    html_data(html);
    print_scripts(out);
    fputs("</body>\n</html>\n", out);
}

void render_html(FILE *out, const struct report *report, const struct render_options *options)
{
    struct source_root *root = source_root_new(options->source_root, options->fallback_file);
    struct html_sources *sources = options->embed_source ? html_sources_new(root) : NULL;
    size_t *numbers = number_cards(report), *order = sort_by_fingerprint(report);
    const char **kinds = common_kinds(report);
    const struct html html = {.out = out,
                              .report = report,
                              .options = options,
                              .root = root,
                              .sources = sources,
                              .numbers = numbers,
                              .by_fingerprint = order,
                              .kinds = kinds,
                              .folds = report->findings_count <= HTML_FOLDS_MOST};

    print_page(&html);
    free(numbers);
    free(order);
    free(kinds);
    html_sources_free(sources);
    source_root_free(root);
}
