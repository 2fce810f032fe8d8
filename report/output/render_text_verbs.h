/* SPDX-License-Identifier: MIT */
/* What happened where a stack of a finding was taken: "acquired", "marked", "released again". */
#ifndef REPORT_RENDER_TEXT_VERBS_H
#define REPORT_RENDER_TEXT_VERBS_H

#include "report/findings/report.h"

const char *verb_of_acquire(const struct finding *finding);
const char *verb_of_release(const struct finding *finding, const struct report_stack *stack);
const char *verb_of_misuse(enum rule_id rule);

#endif
