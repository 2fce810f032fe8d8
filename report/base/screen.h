/* SPDX-License-Identifier: MIT */
/* A terminal that shows one text at a time, each in the place of the one before. */
#ifndef REPORT_SCREEN_H
#define REPORT_SCREEN_H

#include <stdbool.h>
#include <stdio.h>

/* Is this stream one, and does it know how to go back? */
bool screen_is(FILE *stream);

/* As much of the text as there is room for; the last line says how much is missing. */
void screen_show(FILE *stream, const char *text);

#endif
