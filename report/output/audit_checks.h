/* SPDX-License-Identifier: MIT */
/*
 * What pipelines are told of the audit itself, beside the findings: two questions, of which each is
 * a test that is always there. So no report is green because nothing was looked at.
 */
#ifndef REPORT_AUDIT_CHECKS_H
#define REPORT_AUDIT_CHECKS_H

#include "render.h"

enum audit_check { AUDIT_COMPLETE, AUDIT_ACTIVE, AUDIT_CHECKS };

/* "trace complete", "audit active". */
const char *audit_check_name(enum audit_check check);

/* NULL: passed. Else a sentence that says why not. */
const char *audit_check_problem(enum audit_check check, const struct report *report,
                                const struct render_options *options);

/* Did all pass? */
bool audit_passed(const struct report *report, const struct render_options *options);

#endif
