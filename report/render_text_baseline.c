/* SPDX-License-Identifier: MIT */
#include "render_text_baseline.h"

#include "escape.h"

void text_baseline_grown(const struct text *text, const struct finding *finding)
{
    if (finding->baseline == BASELINE_GROWN)
        fprintf(text->out, "  grown: %zu in the baseline\n", finding->baseline_count);
}

void text_baseline(const struct text *text)
{
    const struct report *report = text->report;

    if (!text->options->baseline)
        return;
    fprintf(text->out, "scardaudit: %zu known, %zu gone (--baseline ", report->known,
            report->fixed_count);
    print_escaped(text->out, text->options->baseline);
    fputs(")\n", text->out);
    for (size_t i = 0; i < report->fixed_count && i < LISTED; i++) {
        fputs("  gone: ", text->out);
        print_escaped(text->out, report->fixed[i].rule);
        fputs(": ", text->out);
        print_escaped(text->out, report->fixed[i].message);
        putc('\n', text->out);
    }
    if (report->fixed_count > LISTED)
        fprintf(text->out, "  and %zu more gone\n", report->fixed_count - LISTED);
}
