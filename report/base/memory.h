/* SPDX-License-Identifier: MIT */
/* Allocation that cannot fail: out of memory ends the program with a message and status 3. */
#ifndef REPORT_MEMORY_H
#define REPORT_MEMORY_H

#include <stddef.h>
#include <stdio.h>

void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *block, size_t count, size_t size); /* count * size is checked */
char *xstrdup(const char *text);
char *xstrndup(const char *text, size_t length);
char *xasprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A stream into *text, which is there, NUL-terminated and to be freed, after xclose_text(). */
FILE *xopen_text(char **text, size_t *size);
void xclose_text(FILE *stream);

/*
 * Make room for one more element in a growing array: `array` (a pointer), `count` (its elements)
 * and `room` (its capacity) are lvalues. Doubles, so appending is amortised O(1).
 */
#define GROW(array, count, room)                                                                   \
    do {                                                                                           \
        if ((count) == (room)) {                                                                   \
            (room) = (room) ? 2 * (room) : 16;                                                     \
            (array) = xrealloc((array), (room), sizeof *(array));                                  \
        }                                                                                          \
    } while (0)

#endif
