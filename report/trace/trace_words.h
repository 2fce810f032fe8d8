/* SPDX-License-Identifier: MIT */
/* What a trace says of itself, in words, for those that judge nothing. */
#ifndef REPORT_TRACE_WORDS_H
#define REPORT_TRACE_WORDS_H

#include <stdio.h>

#include "trace.h"

/* "exit with status 3", "exec", "still running", "unknown". */
void trace_print_end(FILE *out, const struct trace *trace);

/* "complete", or "incomplete: " and why. */
const char *trace_completeness(const struct trace *trace);

#endif
