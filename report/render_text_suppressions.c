/* SPDX-License-Identifier: MIT */
#include "render_text_suppressions.h"

#include <stdlib.h>

#include "escape.h"
#include "suppression_offer.h"

void text_suppression_offer(const struct text *text, const struct finding *finding)
{
    char *line = suppression_offer(finding);

    fprintf(text->out, "  suppress: %s\n", line);
    free(line);
}

/* "known.supp:3" */
static void print_origin(const struct text *text, const struct suppression *suppression)
{
    print_escaped(text->out, suppression->file);
    fprintf(text->out, ":%u", suppression->line);
}

void text_suppression_nearly(const struct text *text, const struct finding *finding)
{
    if (!finding->nearly)
        return;
    fputs("  not suppressed by ", text->out);
    print_origin(text, finding->nearly);
    if (finding->nearly_places)
        fprintf(text->out, ": it does not match at %zu of %zu places\n", finding->nearly_places,
                finding->places_total);
    else
        fprintf(text->out, ": more than max=%zu\n", finding->nearly->max);
}

/* Each file once, in the order of the suppressions. */
static void print_files(const struct text *text)
{
    const struct report *report = text->report;
    const char *separator = "", *last = NULL;

    for (size_t i = 0; i < report->suppressions_count; i++) {
        const char *file = report->suppressions[i].suppression->file;

        if (file == last)
            continue;
        fputs(separator, text->out);
        print_escaped(text->out, file);
        separator = ", ";
        last = file;
    }
}

static bool is_used(const struct report_suppression *use)
{
    return use->findings > 0;
}

/* Neither used, nor out of use for a reason that is told elsewhere. */
static bool is_unused(const struct report_suppression *use)
{
    return !use->findings && !use->nearly && !use->suppression->expired;
}

static void print_use(const struct text *text, const struct report_suppression *use)
{
    const char *name = use->suppression->values[KEY_NAME];

    fprintf(text->out, "  %s ", use->findings ? "used:  " : "unused:");
    print_origin(text, use->suppression);
    fputs(": ", text->out);
    print_escaped(text->out, name ? name : use->suppression->text);
    if (use->findings)
        fprintf(text->out, " (%zu finding%s, %zu time%s)", use->findings,
                text_plural(use->findings), use->count, text_plural(use->count));
    putc('\n', text->out);
}

static void print_uses(const struct text *text, bool (*chosen)(const struct report_suppression *),
                       const char *word)
{
    const struct report *report = text->report;
    size_t count = 0;

    for (size_t i = 0; i < report->suppressions_count; i++)
        if (chosen(&report->suppressions[i]) && count++ < LISTED)
            print_use(text, &report->suppressions[i]);
    if (count > LISTED)
        fprintf(text->out, "  and %zu more %s\n", count - LISTED, word);
}

void text_suppressions(const struct text *text)
{
    if (!text->report->suppressions_count)
        return;
    fprintf(text->out, "scardaudit: %zu suppressed (--suppressions ", text->report->suppressed);
    print_files(text);
    fputs(")\n", text->out);
    print_uses(text, is_used, "used");
    print_uses(text, is_unused, "unused");
}
