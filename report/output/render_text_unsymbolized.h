/* SPDX-License-Identifier: MIT */
/* Modules without symbols in the text report: why, and what to do. */
#ifndef REPORT_RENDER_TEXT_UNSYMBOLIZED_H
#define REPORT_RENDER_TEXT_UNSYMBOLIZED_H

#include "render_text_internal.h"

/* A line each. */
void text_unsymbolized(const struct text *text);

#endif
