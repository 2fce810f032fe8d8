/* SPDX-License-Identifier: MIT */
/* Modules without symbols in the text report: why, and what to do. */
#ifndef REPORT_RENDER_TEXT_UNSYMBOLIZED_H
#define REPORT_RENDER_TEXT_UNSYMBOLIZED_H

#include "render_text_internal.h"
#include "report/findings/unsymbolized.h"

/* A line each. */
void text_unsymbolized(const struct text *text);

/* What is said behind the module's name: " is stripped: build it with -g, ..."; malloc'd. */
char *text_unsymbolized_advice(const struct unsymbolized *module,
                               const struct render_options *options);

#endif
