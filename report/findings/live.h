/* SPDX-License-Identifier: MIT */
/*
 * What a process holds: its live resources, those from one place together. A place is the stack
 * that acquired them and the function it called.
 *
 *     struct live live;
 *     live_look(&live, trace);
 *     live_compare(&live, &before);       what came and went since an earlier look
 *     ... live.groups ...
 *     live_free(&live);
 */
#ifndef REPORT_LIVE_H
#define REPORT_LIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "preload/api.h"
#include "report/trace/trace.h"

struct live_group {
    unsigned kind;
    uint64_t place;          /* the same in every look at the trace */
    uint32_t oldest, newest; /* events */
    size_t count, marked;
    uint64_t bytes;
    int64_t growth; /* of count */
};

struct live_kind {
    size_t count;
    int64_t growth;
};

struct live {
    struct live_group *groups; /* by kind; of one the largest first, then the one of the oldest */
    size_t count;
    struct live_kind kinds[SCA_KIND_COUNT];
    uint64_t calls;
};

void live_look(struct live *live, const struct trace *trace);
void live_compare(struct live *live, const struct live *before);
/* Did anything happen between the two? */
bool live_has_changed(const struct live *live, const struct live *before);
void live_free(struct live *live);

#endif
