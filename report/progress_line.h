/* SPDX-License-Identifier: MIT */
/*
 * The line that progress.h tells of: when it is shown, what it says, and how it goes away. Knows no
 * clock and no thread. It is rewritten with blanks and carriage returns alone, no escape sequences:
 * so neither --color nor NO_COLOR changes it.
 */
#ifndef REPORT_PROGRESS_LINE_H
#define REPORT_PROGRESS_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "progress.h"

#define PROGRESS_PATIENCE 1000000000U /* ns before the line is shown for the first time */

struct progress_line {
    FILE *out;
    uint64_t started; /* ns */
    bool hidden;      /* something else is being written */
    size_t shown;     /* columns on the terminal */
    enum progress_phase phase;
    uint64_t number, count; /* of the phase */
    uint64_t done, total;   /* of the part; total 0: not known */
};

/* Show it as it is now, unless it is too early. Not wider than `columns`. */
void progress_line_show(struct progress_line *line, uint64_t now, size_t columns);

/* Take it away. */
void progress_line_erase(struct progress_line *line);

#endif
