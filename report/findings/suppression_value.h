/* SPDX-License-Identifier: MIT */
/*
 * The parts of a suppression, which both its forms consist of: texts become values, checked. What
 * may be wrong is returned malloc'd, NULL if nothing is.
 */
#ifndef REPORT_SUPPRESSION_VALUE_H
#define REPORT_SUPPRESSION_VALUE_H

#include "suppression_file.h"

/* "name", "rule", ... by enum suppression_key. */
extern const char *const suppression_keys[KEY_COUNT];

/* Behind blanks and tabs. */
const char *suppression_skip_blanks(const char *at);

/* The text of a quoted token, malloc'd, to be freed also when it is wrong. *at stands on the
 * opening quote, and then behind the closing one. */
char *suppression_read_quoted(const char **at, char **text);

/* Take over `rule`, or `text`. `sign` is what stands behind keys here, for messages. */
char *suppression_set_rule(struct suppression *suppression, char *rule);
char *suppression_set_value(struct suppression *suppression, enum suppression_key key, char *text,
                            char sign);

/* One more frame, outwards. after_gap: others may stand before it. */
char *suppression_add_frame(struct suppression *suppression, const char *text, bool after_gap);

void suppression_clear(struct suppression *suppression);

#endif
