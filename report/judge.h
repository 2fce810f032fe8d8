/* SPDX-License-Identifier: MIT */
/* What report and run share: from open traces to written reports and what they amount to. */
#ifndef REPORT_JUDGE_H
#define REPORT_JUDGE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "inputs.h"
#include "options.h"
#include "report.h"
#include "suppression_file.h"

struct verdict {
    bool written;  /* all outputs */
    bool complete; /* all traces */
    bool counted;  /* an unsuppressed finding at or above --fail-on */
    size_t errors, warnings, notes;
    uint64_t calls;
};

/* Can the files be written that the options ask for? False: it was said which cannot. */
bool judge_outputs_possible(const struct options *options);

/*
 * Read the suppressions the options ask for, into a zeroed struct that suppressions_free() empties
 * in any case. False: it was said what is wrong. Those that have expired are named on stderr.
 */
bool judge_read_suppressions(struct suppressions *suppressions, const struct options *options);

/*
 * Judge the traces and write the files that the options ask for, and text to `standard` unless that
 * is NULL. `end` and `program` (render.h) may be NULL.
 */
struct verdict judge(const struct inputs *inputs, const struct options *options,
                     const struct suppressions *suppressions, const struct known_end *end,
                     FILE *standard, const char *program);

/* "2 errors, 1 warning, 0 notes" */
void judge_print_counts(FILE *out, const struct verdict *verdict);

/* The reason for status 23 in one line on stderr, for where no text report tells it. */
void judge_say_counted(const struct verdict *verdict, const struct options *options);

#endif
