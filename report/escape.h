/* SPDX-License-Identifier: MIT */
/* Bytes that may be hostile, for a terminal or a log. */
#ifndef REPORT_ESCAPE_H
#define REPORT_ESCAPE_H

#include <stdio.h>

/* Print bytes that may be hostile: control characters, DEL, C1 and invalid UTF-8 become \xNN. */
void print_escaped(FILE *out, const char *text);

/* The same as a malloc'd string; of one longer than `most` bytes the beginning and "...". */
char *escaped_copy(const char *text, size_t most);

#endif
