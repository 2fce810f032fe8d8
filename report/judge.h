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

struct verdict {
    bool written;  /* all outputs */
    bool complete; /* all traces */
    bool counted;  /* a finding at or above --fail-on */
    uint64_t calls;
};

/*
 * Judge the traces and write what the options ask for; without an output option text to
 * `standard`, or nothing if that is NULL. `end` and `program` (render.h) may be NULL.
 */
struct verdict judge(const struct inputs *inputs, const struct options *options,
                     const struct known_end *end, FILE *standard, const char *program);

#endif
