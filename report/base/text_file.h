/* SPDX-License-Identifier: MIT */
/* Small text files of the user's, read whole and line by line. */
#ifndef REPORT_TEXT_FILE_H
#define REPORT_TEXT_FILE_H

#include <stddef.h>

/*
 * All of a regular file, at most 16 MiB, malloc'd; *size is its bytes. NULL: *problem (malloc'd)
 * says why not.
 */
char *text_file_read(const char *path, size_t *size, char **problem);

/* Looks at one line, NUL-terminated, which has no end any more and lives no longer than the call.
 * NULL, or what is wrong with it, malloc'd. */
typedef char *text_file_line(void *data, const char *line, unsigned number);

/*
 * Hand all lines, which end with LF or CR LF, to `line`, until one is wrong. A byte order mark is
 * left out. Returns -1 then, and in *problem (malloc'd) "NAME:LINE: what is wrong".
 */
int text_file_lines(const char *name, const char *text, size_t size, text_file_line *line,
                    void *data, char **problem);

#endif
