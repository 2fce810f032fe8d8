/* SPDX-License-Identifier: MIT */
/*
 * --github: annotations on stdout, which the log of a workflow turns into marks in the sources, and
 * a summary appended to the file that $GITHUB_STEP_SUMMARY names.
 */
#ifndef REPORT_GITHUB_H
#define REPORT_GITHUB_H

#include "render.h"

/* Can the summary be written, if one is asked for? False: it was said that not. */
bool github_possible(void);

/* `after_program`: stdout was a program's before. False: something failed, and it was said. */
bool github_write(const struct report *report, const struct render_options *options,
                  bool after_program);

/* The annotations, one a line. */
void github_annotations(FILE *out, const struct report *report,
                        const struct render_options *options);

/* The summary in Markdown (github_summary.c). */
void github_summary(FILE *out, const struct report *report, const struct render_options *options);

#endif
