/* SPDX-License-Identifier: MIT */
/*
 * The modules whose functions a report should name, but cannot, and why. Only those that a reader
 * of its findings will ask about: of runtime libraries and of what is not a file nobody does.
 */
#ifndef REPORT_UNSYMBOLIZED_H
#define REPORT_UNSYMBOLIZED_H

#include "report.h"

struct unsymbolized {
    const char *module, *build_id; /* path as recorded; hex, "" if unknown */
    const char *reason;            /* "replaced", "missing", "unreadable"; or, of one that is the
                                      owner of a finding, "stripped" */
};

/*
 * In the order in which the findings name them; malloc'd, and its strings are the report's.
 * `all`: of all findings, else of those that count.
 */
struct unsymbolized *unsymbolized_find(const struct report *report, bool all, size_t *count);

#endif
