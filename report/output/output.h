/* SPDX-License-Identifier: MIT */
/*
 * A report's way into a file or stream: into a file under another name first, renamed when all of
 * it is written, so that nobody reads half a report and a full disk leaves the old one. Devices
 * and pipes are written as they are.
 *
 *     struct output output;
 *     if (output_open(&output, "report.json") < 0) ...
 *     render_json(output.stream, ...);
 *     if (output_close(&output) < 0) ...
 *
 * All return -1 when they failed and said so on stderr.
 */
#ifndef REPORT_OUTPUT_H
#define REPORT_OUTPUT_H

#include <stdio.h>

struct output {
    FILE *stream;
    const char *name; /* for messages; the caller's */
    char *target;     /* where the temporary file goes at the end; NULL: none is used */
    char *temporary;
};

/* Could it be opened? Leaves nothing behind, and waits for no reader of a FIFO. */
int output_possible(const char *name);

/* "-" is stdout. */
int output_open(struct output *output, const char *name);

/* Use a standard stream, which stays open. */
void output_use(struct output *output, FILE *stream);

int output_close(struct output *output);

#endif
