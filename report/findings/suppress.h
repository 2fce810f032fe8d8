/* SPDX-License-Identifier: MIT */
/*
 * Which findings the suppressions of a user meet. doc/suppressions.md says it for users:
 *
 * - Rule, kind and fingerprint (either of the two) must be the finding's, where they are given.
 * - The frames must be found, in their order, in the stack that identifies the finding
 *   (finding.telling): of a leak, held-at-end and implicit-release where it was acquired, of
 *   cross-thread-free where it was freed, of all others where it was misused.
 * - At every place of the finding. One place that does not match, and it counts.
 * - With max=, the finding's count must not be greater.
 * - The first one that suppresses a finding is the one that was used.
 */
#ifndef REPORT_SUPPRESS_H
#define REPORT_SUPPRESS_H

#include "report.h"
#include "suppression_file.h"

/*
 * Mark what is suppressed, count anew, and note for each suppression what it did. The report
 * refers to the suppressions from then on. Once for each report.
 */
void suppressions_apply(const struct suppressions *suppressions, struct report *report);

#endif
