/* SPDX-License-Identifier: MIT */
/*
 * The rules for people: what each means, an example, the fix. In a terminal, and as a catalogue in
 * Markdown (doc/rules.md). The examples are the files report/examples/RULE.c.
 */
#ifndef REPORT_EXPLAIN_H
#define REPORT_EXPLAIN_H

#include <stdio.h>

#include "report/replay/rules.h"

/* C source, malloc'd; NULL if the rule has none. */
char *rule_example(const struct rule *rule);

void explain_rule(FILE *out, const struct rule *rule);
/* One line a rule. */
void explain_list(FILE *out);
void explain_catalogue(FILE *out);

/* Up to `room` rules whose names are close to this one, the closest first; how many there are. */
size_t explain_close(const char *name, const struct rule **close, size_t room);

#endif
