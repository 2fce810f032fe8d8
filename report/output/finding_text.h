/* SPDX-License-Identifier: MIT */
/* One finding in words, for formats that have room for text. All is escaped, and malloc'd. */
#ifndef REPORT_FINDING_TEXT_H
#define REPORT_FINDING_TEXT_H

#include "render.h"

/* What the text report says below the headline, without colour. */
char *finding_story(const struct report *report, const struct finding *finding,
                    const struct render_options *options);

/* "acquired by SCardConnect, thread 1 (app)" */
char *finding_caption(const struct finding *finding, const struct report_stack *stack,
                      enum story story);

/* The name of its owner frame, "connect_card()" or "libfoo.so+0x12"; NULL: no stack was recorded.
 */
char *finding_owner(const struct finding *finding);

/* Why it does not count: "suppressed by known.supp:3", "known ..."; NULL: it does. */
char *finding_excuse(const struct finding *finding);

/* "grown: 2 times in the baseline, 3 now"; NULL: it is not. */
char *finding_growth(const struct finding *finding);

#endif
