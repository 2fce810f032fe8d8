/* SPDX-License-Identifier: MIT */
#ifndef REPORT_SUPPRESSION_OFFER_H
#define REPORT_SUPPRESSION_OFFER_H

#include "report.h"

/*
 * The line of a suppression file that suppresses this finding and no other: its rule, its owner
 * frame for the reader's sake, and its strict fingerprint. Printable ASCII whatever the program's
 * names hold. Malloc'd.
 */
char *suppression_offer(const struct finding *finding);

#endif
