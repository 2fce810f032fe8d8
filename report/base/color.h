/* SPDX-License-Identifier: MIT */
/* Should a stream be coloured? */
#ifndef REPORT_COLOR_H
#define REPORT_COLOR_H

#include <stdbool.h>
#include <stdio.h>

enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* auto: a terminal, TERM not dumb, NO_COLOR not set. */
bool color_wanted(FILE *stream, enum color color);

#endif
