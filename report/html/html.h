/* SPDX-License-Identifier: MIT */
/* What the files of the HTML report share; render_html.c puts the page together of their parts.
 * Markup is terse, as a page may have 10,000 findings: optional tags and quotes are left out. */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include "html_escape.h"
#include "report/findings/location.h"
#include "report/output/render.h"

struct html {
    FILE *out;
    const struct report *report;
    const struct render_options *options;
    struct source_root *root;
    struct html_sources *sources; /* NULL: no lines of them are shown */
    size_t *numbers;              /* of the findings, from 1, in the order in which they stand */
    const size_t *by_fingerprint; /* indices of findings, sorted by theirs */
    const char *const *kinds;     /* by rule: of all its findings; NULL: they differ */
    bool folds;                   /* frames of the runtime are there, folded */
    bool brief;                   /* of a stack only the frame that a finding belongs to is there */
};

/* ---- overview -------------------------------------------------------------------------------- */

void html_overview(const struct html *html);
void html_resources(const struct html *html);
void html_processes(const struct html *html);

/* ---- findings ------------------------------------------------------------------------------- */

/* Most findings of which the frames of the runtime are shown, too. */
#define HTML_FOLDS_MOST 2000
/* Bytes of all cards where there are more. From where they would be more than that, they are brief:
 * a page of 5 MB takes a browser about a second. */
#define HTML_CARDS_MOST 4700000
/* So many of them are laid out at once then. */
#define HTML_BATCH 100

void html_findings(const struct html *html);
void html_card(const struct html *html, size_t finding, bool open);
/* The stacks of a place, side by side. */
void html_stacks(const struct html *html, const struct finding *finding,
                 const struct report_place *place);
/* "connect_card <i>card.c:42</i>" */
void html_frame(const struct html *html, uint32_t pid, const struct frame *frame);
void html_rules(const struct html *html);

/* Sources by the frame that owns a finding. */
struct html_sources *html_sources_new(const struct source_root *root);
void html_sources_free(struct html_sources *sources);
void html_source(const struct html *html, const struct frame *frame);

/* ---- resources over time -------------------------------------------------------------------- */

/* Shapes and patterns of the kinds of resources: once in a page. */
void html_marks(FILE *out);
void html_mark(FILE *out, unsigned kind);
void html_timeline(const struct html *html);
void html_lives_table(const struct html *html);
void html_flame(const struct html *html);

/* ---- for scripts ---------------------------------------------------------------------------- */

void html_data(const struct html *html);

/* ---- words ---------------------------------------------------------------------------------- */

/* "3 times" */
void html_count(FILE *out, uint64_t count, const char *what);
/* "0.002101 s" */
void html_seconds(FILE *out, uint64_t ns);
/* "2026-11-22 04:05:01 UTC", as a time element */
void html_date(FILE *out, uint64_t ns);
void html_thread(FILE *out, uint32_t thread, const char *name);

#endif
