/* SPDX-License-Identifier: MIT */
/* The findings: those that count, those that do not and why, and what the baseline had. */
#include <stdlib.h>

#include "html.h"
#include "report/base/memory.h"
#include "report/output/render_text_internal.h"

static char *card_of(struct html html, size_t finding, bool open, bool brief, size_t *size)
{
    char *text = NULL;

    html.brief = brief;
    html.out = xopen_text(&text, size);
    html_card(&html, finding, open);
    xclose_text(html.out);
    return text;
}

/* How many bytes are left for what a card has more than its brief form. */
static size_t room_for_cards(const struct html *html)
{
    size_t briefs = 0;

    if (html->folds)
        return 0;
    for (size_t i = 0; i < html->report->findings_count; i++) {
        size_t size;

        free(card_of(*html, i, false, true, &size));
        briefs += size;
    }
    return briefs < HTML_CARDS_MOST ? HTML_CARDS_MOST - briefs : 0;
}

/* All of it, until one does not fit. */
static void print_card(const struct html *html, size_t *room, size_t finding, bool open)
{
    size_t brief_size, size;
    char *brief = card_of(*html, finding, open, true, &brief_size);
    char *text = card_of(*html, finding, open, false, &size);
    size_t more = size > brief_size ? size - brief_size : 0;

    *room = *room >= more ? *room - more : 0;
    if (*room)
        fwrite(text, 1, size, html->out);
    else
        fwrite(brief, 1, brief_size, html->out);
    free(brief);
    free(text);
}

static void print_list(const struct html *html, size_t *room,
                       bool (*chosen)(const struct finding *), bool open)
{
    size_t printed = 0;

    for (size_t i = 0; i < html->report->findings_count; i++) {
        if (!chosen(&html->report->findings[i]))
            continue;
        if (html->folds) {
            html_card(html, i, open && !printed);
        } else {
            if (printed % HTML_BATCH == 0)
                fputs(printed ? "</div><div class=batch>\n" : "<div class=batch>\n", html->out);
            print_card(html, room, i, open && !printed);
        }
        printed++;
    }
    if (!html->folds && printed)
        fputs("</div>\n", html->out);
}

static bool is_known(const struct finding *finding)
{
    return !finding->suppressed && finding->baseline == BASELINE_KNOWN;
}

static bool is_suppressed(const struct finding *finding)
{
    return finding->suppressed;
}

static bool counts(const struct finding *finding)
{
    return finding_counts(finding);
}

static void print_gone(const struct html *html)
{
    FILE *out = html->out;

    if (!html->report->fixed_count)
        return;
    fputs("<section id=gone aria-labelledby=gone-h><h2 id=gone-h>Gone since the baseline</h2><ul>",
          out);
    for (size_t i = 0; i < html->report->fixed_count; i++) {
        const struct report_fixed *fixed = &html->report->fixed[i];

        fputs("<li><b>", out);
        html_name(out, fixed->rule);
        fputs("</b> ", out);
        html_name(out, fixed->message);
        fputs(" <small>", out);
        html_name(out, fixed->fingerprint);
        fputs("</small>\n", out);
    }
    fputs("</ul></section>\n", out);
}

/* Which suppressions did what. */
static void print_suppressions(const struct html *html)
{
    FILE *out = html->out;

    if (!html->report->suppressions_count)
        return;
    fputs("<details class=t><summary>Suppressions, and what they did</summary><ul>", out);
    for (size_t i = 0; i < html->report->suppressions_count; i++) {
        const struct report_suppression *use = &html->report->suppressions[i];
        const char *name = use->suppression->values[KEY_NAME];

        fputs("<li>", out);
        html_name(out, use->suppression->file);
        fprintf(out, ":%u: ", use->suppression->line);
        html_name(out, name ? name : use->suppression->text);
        if (use->findings)
            fprintf(out, " <small>%zu finding%s, %zu time%s</small>", use->findings,
                    text_plural(use->findings), use->count, text_plural(use->count));
        else
            fprintf(out, " <small>%s</small>",
                    use->suppression->expired ? "expired"
                    : use->nearly             ? "did not quite match"
                                              : "not used");
    }
    fputs("</ul></details>\n", out);
}

static void print_folded(const struct html *html)
{
    if (!html->folds)
        fputs("<p class=m>Frames of the runtime are left out, as there are so many findings; and "
              "where "
              "a page would be too long, all but the one a finding belongs to.\n",
              html->out);
}

void html_findings(const struct html *html)
{
    const struct report *report = html->report;
    size_t room = room_for_cards(html);
    FILE *out = html->out;

    fputs("<section id=findings aria-labelledby=findings-h><h2 id=findings-h>Findings</h2>\n"
          "<div id=controls hidden></div>\n",
          out);
    if (!(report->errors + report->warnings + report->notes))
        fputs("<p>None.\n", out);
    else
        print_folded(html);
    print_list(html, &room, counts, true);
    fputs("</section>\n", out);
    if (report->known) {
        fputs("<section id=known aria-labelledby=known-h>"
              "<h2 id=known-h>Known from the baseline</h2>\n",
              out);
        print_list(html, &room, is_known, false);
        fputs("</section>\n", out);
    }
    if (report->suppressed || report->suppressions_count) {
        fputs("<section id=suppressed aria-labelledby=suppressed-h>"
              "<h2 id=suppressed-h>Suppressed</h2>\n",
              out);
        print_list(html, &room, is_suppressed, false);
        print_suppressions(html);
        fputs("</section>\n", out);
    }
    print_gone(html);
}
