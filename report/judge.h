/* SPDX-License-Identifier: MIT */
/* What report and run share: from open traces to written reports and what they amount to. */
#ifndef REPORT_JUDGE_H
#define REPORT_JUDGE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "baseline.h"
#include "inputs.h"
#include "options.h"
#include "report.h"
#include "suppression_file.h"

struct verdict {
    bool written;  /* all outputs */
    bool complete; /* all traces */
    bool counted;  /* a finding that counts, at or above --fail-on */
    size_t errors, warnings, notes;
    uint64_t calls;
};

/* What findings are held against. */
struct references {
    struct suppressions suppressions;
    struct baseline_file *baseline; /* NULL: none */
    bool broken;                    /* they could not be read */
};

/* Can the files be written that the options ask for? False: it was said which cannot. */
bool judge_outputs_possible(const struct options *options);

/*
 * Read what the options ask for, into a zeroed struct that judge_free_references() empties in any
 * case. False: it was said what is wrong. Suppressions that have expired are named on stderr.
 */
bool judge_read_references(struct references *references, const struct options *options);
void judge_free_references(struct references *references);

/*
 * Judge the traces and write the files that the options ask for, and text to `standard` unless that
 * is NULL; for gate only where it fails. `end` and `program` (render.h) may be NULL.
 */
struct verdict judge(const struct inputs *inputs, const struct options *options,
                     const struct references *references, const struct known_end *end,
                     FILE *standard, const char *program);

/* "2 errors, 1 warning, 0 notes" */
void judge_print_counts(FILE *out, const struct verdict *verdict);

/* The reason for status 23 in one line on stderr, for where no text report tells it. */
void judge_say_counted(const struct verdict *verdict, const struct options *options);

#endif
