/* SPDX-License-Identifier: MIT */
/*
 * Baselines: what was found before, to count only what is new or more since. A file of JSON lines:
 * one that says what it is, then one finding each, sorted, with the fields of `fixed` in
 * doc/report.schema.json and its severity, so that it reads, diffs and merges well.
 *
 * A finding is that of an entry with the same strict fingerprint, else, once those are paired, with
 * the same owner frame: code was inserted into the chain of calls. What is suppressed is paired
 * too: it is not gone.
 */
#ifndef REPORT_BASELINE_H
#define REPORT_BASELINE_H

#include <stdio.h>

#include "report.h"

struct baseline_file;

/* NULL: *problem (malloc'd) says what is wrong, with file and line. */
struct baseline_file *baseline_read(const char *path, char **problem);

/*
 * Say of each finding whether it is new, and which of the baseline's are gone; count anew. Of an
 * incomplete trace nothing is gone: it may be missing. The report refers to the baseline then.
 */
void baseline_compare(const struct baseline_file *baseline, struct report *report);

/* Write what is found and not suppressed. */
void baseline_write(FILE *out, const struct report *report);

void baseline_free(struct baseline_file *baseline);

#endif
