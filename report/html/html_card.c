/* SPDX-License-Identifier: MIT */
/* One finding: a card that opens. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report/output/finding_text.h"
#include "html.h"
#include "report/output/render_text_internal.h"
#include "report/findings/suppression_offer.h"

#define DOT " \xc2\xb7 "
#define TIMES "\xc3\x97"

/* ---- the headline --------------------------------------------------------------------------- */

static void print_headline(const struct html *html, const struct finding *finding)
{
    static const char classes[] = "nwe";
    FILE *out = html->out;

    fprintf(out, "<summary><b class=%c>%s</b><h3>", classes[finding->severity],
            severity_name(finding->severity));
    html_name(out, finding->message);
    fputs("</h3>", out);
    if (finding->count > 1)
        fprintf(out, "<small>" TIMES "%zu</small>", finding->count);
    if (finding->baseline)
        fprintf(out, "<small>%s</small>", baseline_name(finding->baseline));
    fputs("</summary>", out);
}

/* ---- below the stacks ----------------------------------------------------------------------- */

static void print_escaped_text(FILE *out, const char *before, char *text)
{
    if (text) {
        fputs(before, out);
        html_text(out, text);
    }
    free(text);
}

/* What stands in a line of text: numbers, and where a suppression or the baseline come in. */
static void print_facts(const struct html *html, const struct finding *finding)
{
    FILE *out = html->out;

    if (finding->bytes) {
        fputs(DOT, out);
        html_count(out, finding->bytes, "byte");
    }
    if (finding->siblings_released && finding->places_count &&
        !finding->places[0].stacks[STORY_SIBLING_RELEASED].present)
        fprintf(out, DOT "%zu of %zu from the same place were released", finding->siblings_released,
                finding->siblings_acquired);
    print_escaped_text(out, DOT, finding_excuse(finding));
    print_escaped_text(out, DOT, finding_growth(finding));
    if (finding->nearly) {
        fputs(DOT "not suppressed by ", out);
        html_name(out, finding->nearly->file);
        fprintf(out, ":%u: ", finding->nearly->line);
        if (finding->nearly_places)
            fprintf(out, "it does not match at %zu of %zu places", finding->nearly_places,
                    finding->places_total);
        else
            fprintf(out, "more than max=%zu", finding->nearly->max);
    }
}

static void print_threads(const struct html *html, const struct finding *finding)
{
    if (finding->threads_count < 2)
        return;
    fputs(DOT "in ", html->out);
    for (size_t i = 0; i < finding->threads_count && i < LISTED; i++) {
        fputs(i ? ", " : "", html->out);
        html_thread(html->out, finding->threads[i].serial, finding->threads[i].name);
        if (html->report->processes_count > 1)
            fprintf(html->out, " of pid %" PRIu32, finding->threads[i].pid);
    }
    if (finding->threads_count > LISTED)
        fprintf(html->out, " and %zu more", finding->threads_count - LISTED);
}

/* NULL: it is not in the report. */
static const struct finding *cause_of(const struct html *html, const struct finding *finding)
{
    const struct finding *findings = html->report->findings;
    size_t low = 0, high = html->report->findings_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (strcmp(findings[html->by_fingerprint[middle]].fingerprint, finding->cause) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == html->report->findings_count ||
        strcmp(findings[html->by_fingerprint[low]].fingerprint, finding->cause) != 0)
        return NULL;
    return &findings[html->by_fingerprint[low]];
}

static void print_cause(const struct html *html, const struct finding *finding)
{
    const struct finding *cause;

    if (!*finding->cause)
        return;
    cause = cause_of(html, finding);
    if (cause)
        fprintf(html->out, DOT "follows from <a href=#f%zu>%s</a>",
                html->numbers[cause - html->report->findings], cause->rule->name);
    else
        fprintf(html->out, DOT "follows from %s", finding->cause);
}

static void print_meta(const struct html *html, const struct finding *finding)
{
    FILE *out = html->out;

    fprintf(out, "<p><a href=#%s>%s</a>", finding->rule->name, finding->rule->name);
    if (!html->kinds[finding->rule->id]) {
        fputs(DOT, out);
        html_name(out, finding->kind);
    }
    if (html->report->resources_count > 1 &&
        strcmp(html->report->resources[0].provider, finding->provider) != 0) {
        fputs(DOT "of ", out);
        html_name(out, finding->provider);
    }
    print_cause(html, finding);
    print_facts(html, finding);
    print_threads(html, finding);
    fprintf(out, DOT "<i>%s%s</i>", finding->fingerprint,
            *finding->fingerprint_weak ? " (weak: no symbol)" : "");
    if (strcmp(finding->fix, finding->rule->fix) != 0) {
        fputs("<p class=x>Fix: ", out);
        html_text(out, finding->fix);
    }
}

static void print_offer(const struct html *html, const struct finding *finding)
{
    char *offer = suppression_offer(finding);

    fputs("<pre>", html->out);
    html_text(html->out, offer);
    fputs("</pre>", html->out);
    free(offer);
}

/* ---- places --------------------------------------------------------------------------------- */

static const struct frame *owner_frame(const struct finding *finding,
                                       const struct report_place *place)
{
    const struct report_stack *stack = &place->stacks[finding->telling];

    return stack->present && finding->owner < stack->count ? &stack->frames[finding->owner] : NULL;
}

static void print_place(const struct html *html, const struct finding *finding,
                        const struct report_place *place)
{
    const struct frame *owner = owner_frame(finding, place);

    html_stacks(html, finding, place);
    if (owner && html->sources && !html->brief)
        html_source(html, owner);
}

static void print_further_places(const struct html *html, const struct finding *finding)
{
    size_t listed = html->brief ? 1 : finding->places_count;
    FILE *out = html->out;

    for (size_t i = 1; i < listed; i++) {
        const struct report_place *place = &finding->places[i];
        const struct frame *owner = owner_frame(finding, place);

        fputs("<details class=p><summary>", out);
        html_count(out, place->count, "time");
        if (owner) {
            fputs(" at ", out);
            html_frame(html, place->pid, owner);
        }
        fputs("</summary>", out);
        print_place(html, finding, place);
        fputs("</details>", out);
    }
    if (finding->places_total > listed)
        fprintf(out, "<p class=x>and %zu more place%s", finding->places_total - listed,
                text_plural(finding->places_total - listed));
}

void html_card(const struct html *html, size_t number, bool open)
{
    const struct finding *finding = &html->report->findings[number];

    fprintf(html->out, "<details id=f%zu%s>", html->numbers[number], open ? " open" : "");
    print_headline(html, finding);
    if (finding->places_count) {
        if (finding->places_total > 1)
            fprintf(html->out,
                    "<p class=x>%zu of %zu times at this place:", finding->places[0].count,
                    finding->count);
        print_place(html, finding, &finding->places[0]);
        print_further_places(html, finding);
    }
    print_meta(html, finding);
    print_offer(html, finding);
    fputs("</details>\n", html->out);
}
