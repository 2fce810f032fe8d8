/* SPDX-License-Identifier: MIT */
/* Renderers: one function each over the same report. They write to `out` and check nothing: the
 * caller looks at ferror() and fclose(). */
#ifndef REPORT_RENDER_H
#define REPORT_RENDER_H

#include <stdbool.h>
#include <stdio.h>

#include "report.h"

struct render_options {
    bool color;
    const char *program; /* command line to repeat the report, or NULL */
};

void render_text(FILE *out, const struct report *report, const struct render_options *options);
void render_json(FILE *out, const struct report *report, const struct render_options *options);

/* Print bytes that may be hostile: control characters, DEL, C1 and invalid UTF-8 become \xNN. */
void print_escaped(FILE *out, const char *text);

#endif
