/* SPDX-License-Identifier: MIT */
/* What one looks for first: the verdict, numbers, how good the trace is, which command, when. And
 * who was audited, and what was acquired. */
#include <inttypes.h>
#include <stdlib.h>

#include "report/output/audit_checks.h"
#include "report/base/base_name.h"
#include "html.h"
#include "report/output/render_text_unsymbolized.h"

/* ---- the verdict ---------------------------------------------------------------------------- */

static size_t at_or_above(const struct report *report, int level)
{
    size_t count = report->errors;

    count += level <= SEVERITY_WARNING ? report->warnings : 0;
    return count + (level <= SEVERITY_NOTE ? report->notes : 0);
}

static void print_verdict(const struct html *html)
{
    int level = html->options->fail_on == FAIL_NEVER ? SEVERITY_ERROR : html->options->fail_on;
    size_t failing = at_or_above(html->report, level);
    bool audited = audit_passed(html->report, html->options);
    const char *verdict = !audited ? "void" : failing ? "fail" : "pass";
    static const char *const names[] = {"finding", "error or warning", "error"};
    FILE *out = html->out;

    fprintf(out, "<section id=verdict aria-labelledby=verdict-h data-verdict=%s><h2 id=verdict-h>",
            verdict);
    if (!audited) {
        const char *before = "";

        fputs("Audit failed</h2><p>No verdict: ", out);
        for (enum audit_check check = 0; check < AUDIT_CHECKS; check++) {
            const char *problem = audit_check_problem(check, html->report, html->options);

            if (problem)
                fprintf(out, "%s%s", before, problem);
            before = problem ? "; " : before;
        }
        putc('.', out);
    } else if (failing) {
        fputs("Failed</h2><p>", out);
        html_count(out, failing, level == SEVERITY_ERROR ? "error" : "finding");
        if (level != SEVERITY_ERROR)
            fprintf(out, " from the fail level on, %s", severity_name((enum severity)level));
        putc('.', out);
    } else {
        fprintf(out, "Passed</h2><p>No %s%s.", names[level],
                html->options->baseline ? " that is new" : "");
    }
    putc('\n', out);
}

/* ---- numbers -------------------------------------------------------------------------------- */

static void print_number(FILE *out, size_t number, const char *what, const char *class,
                         const char *target)
{
    fprintf(out, "<div class=%s%s><dt>", class, number ? "" : " data-none");
    if (number && target)
        fprintf(out, "<a href=#%s>%s</a>", target, what);
    else
        fputs(what, out);
    fprintf(out, "<dd>%zu</div>", number);
}

static size_t count_baseline(const struct report *report, enum baseline baseline)
{
    size_t count = 0;

    for (size_t i = 0; i < report->findings_count; i++)
        count += !report->findings[i].suppressed && report->findings[i].baseline == baseline;
    return count;
}

static void print_numbers(const struct html *html)
{
    const struct report *report = html->report;
    FILE *out = html->out;

    fputs("<dl class=q>", out);
    print_number(out, report->errors, "errors", "e", "findings");
    print_number(out, report->warnings, "warnings", "w", "findings");
    print_number(out, report->notes, "notes", "n", "findings");
    if (html->options->baseline) {
        print_number(out, count_baseline(report, BASELINE_NEW), "new", "x", "findings");
        print_number(out, count_baseline(report, BASELINE_GROWN), "grown", "x", "findings");
        print_number(out, report->known, "known", "x", "known");
        print_number(out, report->fixed_count, "gone", "x", "gone");
    } else {
        /* Without a baseline all that count are new, and none is known. */
        print_number(out, report->errors + report->warnings + report->notes, "new", "x",
                     "findings");
        print_number(out, 0, "known", "x", NULL);
    }
    print_number(out, report->suppressed, "suppressed", "x", "suppressed");
    fputs("</dl>\n", out);
}

/* ---- the audit ------------------------------------------------------------------------------ */

static void print_quality(const struct html *html)
{
    const struct report *report = html->report;
    FILE *out = html->out;

    fputs("<div><dt>Trace<dd>", out);
    fputs(report_complete(report) ? "complete, " : "<b>incomplete</b>, ", out);
    html_count(out, report_calls(report), "audited call");
    if (report->processes_count == 1) {
        char *end = text_end(&report->processes[0]);

        fprintf(out, "; %s", end);
        free(end);
    } else {
        fputs(" in ", out);
        fprintf(out, "%zu processes", report->processes_count);
    }
    fputs("</div>", out);
}

static void print_blind_spots(const struct html *html)
{
    const struct report *report = html->report;
    FILE *out = html->out;
    bool any = false;

    fputs("<div><dt>Blind spots<dd>", out);
    for (size_t i = 0; i < report->processes_count; i++)
        for (size_t j = 0; j < report->processes[i].blind_spots_count; j++) {
            if (!text_blind_spot_matters(report, i, j))
                continue;
            fputs(any ? "<li>" : "<ul><li>", out);
            html_text(out, report->processes[i].blind_spots[j].message);
            any = true;
        }
    fputs(any ? "</ul></div>" : "none known</div>", out);
}

/* Modules whose functions have no names, and what helps. */
static void print_unsymbolized(const struct html *html)
{
    FILE *out = html->out;
    size_t count;
    struct unsymbolized *list = unsymbolized_find(html->report, false, &count);

    if (count)
        fputs("<div><dt>No symbols<dd><ul>", out);
    for (size_t i = 0; i < count && i < LISTED; i++) {
        char *advice = text_unsymbolized_advice(&list[i], html->options);

        fputs("<li>", out);
        html_name(out, list[i].module);
        html_text(out, advice);
        free(advice);
    }
    if (count > LISTED)
        fprintf(out, "<li>and %zu more modules", count - LISTED);
    if (count)
        fputs("</ul></div>", out);
    free(list);
}

static void print_program(const struct html *html)
{
    const struct report_process *process = &html->report->processes[0];

    fputs("<div><dt>Program<dd><code>", html->out);
    html_name(html->out, process->executable);
    for (size_t i = 1; i < process->args_count; i++) {
        putc(' ', html->out);
        html_name(html->out, process->args[i]);
    }
    fputs("</code></div>", html->out);
}

void html_overview(const struct html *html)
{
    const struct report *report = html->report;
    FILE *out = html->out;

    print_verdict(html);
    print_numbers(html);
    fputs("<dl class=a>", out);
    if (report->processes_count) {
        print_program(html);
        fputs("<div><dt>Date<dd>", out);
        html_date(out, report_started(report));
        fputs("</div>", out);
    }
    print_quality(html);
    print_blind_spots(html);
    print_unsymbolized(html);
    if (html->options->program) {
        fputs("<div><dt>Again<dd><code>", out);
        html_text(out, html->options->program);
        fputs("</code></div>", out);
    }
    fputs("</dl></section>\n", out);
}

/* ---- tables --------------------------------------------------------------------------------- */

void html_resources(const struct html *html)
{
    const struct report *report = html->report;
    FILE *out = html->out;

    if (!report->resources_count)
        return;
    fprintf(out,
            "<section id=resources aria-labelledby=resources-h><h2 id=resources-h>Resources</h2>"
            "<div class=x tabindex=0 role=group aria-labelledby=resources-h><table><thead><tr>"
            "<th scope=col>resource<th scope=col>acquired<th scope=col>released<th scope=col>live"
            "<th scope=col>%s<th scope=col>provider<tbody>\n",
            report->processes_count > 1 ? "peak of a process" : "peak");
    for (size_t i = 0; i < report->resources_count; i++) {
        const struct report_resource *resource = &report->resources[i];

        fprintf(out, "<tr><th scope=row>%s<td>%zu<td>%zu<td>%zu<td>%zu<td>", resource->kind,
                resource->acquired, resource->released, resource->live, resource->peak);
        html_name(out, resource->provider);
        putc('\n', out);
    }
    fputs("</table></div></section>\n", out);
}

static void print_process(FILE *out, const struct report_process *process)
{
    char *end = text_end(process);

    fprintf(out, "<tr><td>%" PRIu32 "<td>%" PRIu32 "<th scope=row>", process->pid, process->ppid);
    html_name(out, process->executable);
    fputs("<td>", out);
    html_date(out, process->started);
    fprintf(out, "<td>%s<td>%" PRIu64 "<td>%s<td>", end, process->calls,
            process->complete ? "complete" : "incomplete");
    html_name(out, process->trace);
    putc('\n', out);
    free(end);
}

void html_processes(const struct html *html)
{
    const struct report *report = html->report;
    FILE *out = html->out;

    if (!report->processes_count)
        return;
    fputs("<section id=processes aria-labelledby=processes-h><h2 id=processes-h>Processes</h2>"
          "<div class=x tabindex=0 role=group aria-labelledby=processes-h><table><thead><tr>"
          "<th scope=col>pid<th scope=col>parent<th scope=col>executable<th scope=col>started"
          "<th scope=col>end<th scope=col>calls<th scope=col>trace<th scope=col>file<tbody>\n",
          out);
    for (size_t i = 0; i < report->processes_count; i++)
        print_process(out, &report->processes[i]);
    fputs("</table></div></section>\n", out);
}
