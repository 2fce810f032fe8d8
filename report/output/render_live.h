/* SPDX-License-Identifier: MIT */
/* What a process holds, for people: render_text.c's smaller sister. */
#ifndef REPORT_RENDER_LIVE_H
#define REPORT_RENDER_LIVE_H

#include <stdio.h>

#include "report/findings/live.h"
#include "report/symbols/stacks.h"

struct live_view {
    const struct trace *trace;
    const struct live *live;
    const struct stacks *stacks; /* of this trace alone: those of all groups' oldest events */
    bool running;
    bool compared;        /* the growth means something */
    uint64_t now_ns;      /* since the trace began; of a running process */
    const char *children; /* audited ones, "" if there are none */
};

/* Which stacks render_live() shows. */
void live_want_stacks(struct stacks *stacks, const struct live *live, const struct trace *trace);

void render_live(FILE *out, const struct live_view *view);

#endif
