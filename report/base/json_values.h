/* SPDX-License-Identifier: MIT */
/*
 * What every JSON output shares: building jansson values that cannot fail (out of memory ends the
 * program) and hold only valid text, and printing them so that they are harmless on a terminal.
 */
#ifndef REPORT_JSON_VALUES_H
#define REPORT_JSON_VALUES_H

#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

/* The value itself; NULL (jansson's word for no memory) ends the program. */
json_t *must_value(json_t *value);

/* Both take over the value. */
void put_member(json_t *object, const char *key, json_t *value);
void append_element(json_t *array, json_t *value);

/* Any bytes (what is no UTF-8 becomes the text \xNN); null for NULL. */
json_t *text_value(const char *text);
json_t *number_value(uint64_t number); /* at most 2^63 - 1, as far as JSON readers go */
json_t *hex_value(uint64_t number);    /* "0x1f" */

/* Compact, pure ASCII, no newline. Frees the value. */
void print_value(FILE *out, json_t *value);

#endif
