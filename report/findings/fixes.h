/* SPDX-License-Identifier: MIT */
/* What a finding advises: mostly its rule's own words. */
#ifndef REPORT_FIXES_H
#define REPORT_FIXES_H

#include "report/replay/rules.h"

/* The rule's advice, where the story does not call for another one; `kind` is an enum sca_kind,
 * `detail` the DETAIL_... of any of its incidents. */
const char *fix_of(enum rule_id rule, unsigned kind, unsigned detail);

#endif
