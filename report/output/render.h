/* SPDX-License-Identifier: MIT */
/* Renderers: one function each over the same report. They write to `out` and check nothing: the
 * caller looks at ferror() and fclose(). */
#ifndef REPORT_RENDER_H
#define REPORT_RENDER_H

#include <stdbool.h>
#include <stdio.h>

#include "report/base/color.h"
#include "report/findings/report.h"

#define FAIL_NEVER (-1)

struct render_options {
    enum color when;
    bool color;                /* whether, for this output: set where it is opened */
    const char *program;       /* command line to repeat the report, or NULL */
    const char *source_root;   /* where the sources are; NULL: in the current directory */
    const char *fallback_file; /* where what has no place in them is shown */
    const char *baseline;      /* the file that was compared with, or NULL */
    int fail_on;               /* enum severity, or FAIL_NEVER */
    bool embed_source;         /* show lines of the sources */
    bool allow_empty;          /* that nothing was audited is no failure */
    bool debuginfod;           /* debug files were asked for */
};

void render_text(FILE *out, const struct report *report, const struct render_options *options);
void render_json(FILE *out, const struct report *report, const struct render_options *options);
void render_sarif(FILE *out, const struct report *report, const struct render_options *options);
void render_junit(FILE *out, const struct report *report, const struct render_options *options);
void render_codequality(FILE *out, const struct report *report,
                        const struct render_options *options);
void render_html(FILE *out, const struct report *report, const struct render_options *options);

#endif
