/* SPDX-License-Identifier: MIT */
/* What the text report says of a baseline. */
#ifndef REPORT_RENDER_TEXT_BASELINE_H
#define REPORT_RENDER_TEXT_BASELINE_H

#include "render_text_internal.h"

/* Below a finding: that there were fewer before. */
void text_baseline_grown(const struct text *text, const struct finding *finding);

/* At the end: how many are known, and which are gone. */
void text_baseline(const struct text *text);

#endif
