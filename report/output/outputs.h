/* SPDX-License-Identifier: MIT */
/*
 * The files that a report is written to: one list of formats, from which come options, --help and
 * what is done with them. A further format is a renderer and a line here.
 */
#ifndef REPORT_OUTPUTS_H
#define REPORT_OUTPUTS_H

#include <stdbool.h>

#include "render.h"

/* X(ID, OPTION, HELP, RENDERER) */
#define OUTPUT_FORMATS(X)                                                                          \
    X(TEXT, "text", "write the text report to FILE ('-' is stdout)", render_text)                  \
    X(JSON, "json", "write the report as JSON to FILE ('-' is stdout)", render_json)               \
    X(HTML, "html", "write the report as a page for browsers to FILE", render_html)                \
    X(SARIF, "sarif", "write SARIF 2.1.0 to FILE, for code scanning", render_sarif)                \
    X(JUNIT, "junit", "write JUnit XML to FILE, for Jenkins and GitLab", render_junit)             \
    X(CODEQUALITY, "codequality", "write a GitLab Code Quality report to FILE", render_codequality)

#define OUTPUT_ID(id, ...) OUTPUT_##id,
enum output_format { OUTPUT_FORMATS(OUTPUT_ID) OUTPUT_FORMATS_COUNT };
#undef OUTPUT_ID

/* File names, "-" for stdout; NULL: not asked for. */
struct outputs {
    const char *names[OUTPUT_FORMATS_COUNT];
};

/* Is any asked for? */
bool outputs_any(const struct outputs *outputs);

/* Is any of them stdout? */
bool outputs_on_stdout(const struct outputs *outputs);

/* NULL, or what is wrong with what was asked for. */
const char *outputs_wrong(const struct outputs *outputs);

/* Can all of them be written? False: it was said on stderr which cannot. */
bool outputs_possible(const struct outputs *outputs);

/* Write all of them, whichever fail. False: some failed, and it was said. */
bool outputs_write(const struct outputs *outputs, const struct report *report,
                   const struct render_options *options);

#endif
