/* SPDX-License-Identifier: MIT */
/*
 * Text in XML 1.0, whatever it holds: markup becomes entities, control characters are left out (XML
 * has no way to write them), what is no UTF-8 or cannot be seen becomes \xNN.
 */
#ifndef REPORT_XML_H
#define REPORT_XML_H

#include <stdio.h>

/* The text of an element; lines stay lines. */
void xml_text(FILE *out, const char *text);

/* ` name="value"`; of a longer value the beginning. */
void xml_attribute(FILE *out, const char *name, const char *value);

#endif
