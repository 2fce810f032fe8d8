/* SPDX-License-Identifier: MIT */
/*
 * The one way of foreign bytes into a page: program, thread, file and symbol names are hostile.
 * What would move the cursor, reorder or hide text, or is no UTF-8, becomes the text \xNN, as
 * everywhere (print_escaped()); what means something in HTML becomes a reference.
 */
#ifndef REPORT_HTML_ESCAPE_H
#define REPORT_HTML_ESCAPE_H

#include <stdio.h>

#include <jansson.h>

#define HTML_LONGEST 1000 /* bytes of a name that are shown */

/* For text, and for attributes in quotes of either kind. */
void html_text(FILE *out, const char *text);

/* The same of a name, of which no more than HTML_LONGEST bytes are shown. */
void html_name(FILE *out, const char *name);

/* Source code of several lines, or of one: tabs and newlines stay. Long lines are cut. */
void html_code(FILE *out, const char *code);

/* JSON for a script element: no character in it ends that, or begins a comment. Frees the value. */
void html_json(FILE *out, json_t *value);

#endif
