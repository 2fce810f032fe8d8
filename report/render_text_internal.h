/* SPDX-License-Identifier: MIT */
/* What the files of the text report share. */
#ifndef REPORT_RENDER_TEXT_INTERNAL_H
#define REPORT_RENDER_TEXT_INTERNAL_H

#include "render.h"

/* Beyond this many, lists name only how many remain: processes, traces, places, suppressions. */
#define LISTED 8

struct text {
    FILE *out;
    const struct report *report;
    const struct render_options *options;
};

/* "s", unless there is one. */
static inline const char *text_plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

#endif
