/* SPDX-License-Identifier: MIT */
/*
 * Findings with the same fingerprint, for formats whose readers take two entries of one name for
 * one, and drop the second.
 */
#ifndef REPORT_SAME_H
#define REPORT_SAME_H

#include "report.h"

#define SAME_NONE ((size_t)-1)

struct same {
    size_t nth;  /* 1: the first of its fingerprint, in the report's order */
    size_t next; /* index of the next one of it, or SAME_NONE */
};

enum same_by { SAME_BY_OWNER, SAME_BY_STRICT };

/* One for each finding, in the report's order. Free it. */
struct same *same_findings(const struct report *report, enum same_by by);

#endif
