/* SPDX-License-Identifier: MIT */
/* Suppressions in the text report. */
#ifndef REPORT_RENDER_TEXT_SUPPRESSIONS_H
#define REPORT_RENDER_TEXT_SUPPRESSIONS_H

#include "render_text_internal.h"

/* "  suppress: context-leak app!main fingerprint=...": the line for a suppression file. */
void text_suppression_offer(const struct text *text, const struct finding *finding);

/* Why the finding counts although a suppression describes it, if so. */
void text_suppression_nearly(const struct text *text, const struct finding *finding);

/* How many findings were suppressed, by which suppressions, and which were of no use. */
void text_suppressions(const struct text *text);

#endif
