/* SPDX-License-Identifier: MIT */
/* What the contracts judge by: which call came before which, and how far the trace can be trusted.
 */
#ifndef REPORT_EVIDENCE_H
#define REPORT_EVIDENCE_H

#include "replay.h"

static inline bool pending(const struct trace_event *event)
{
    return event->leave == 0;
}

/* Did `earlier` come back before `later` was entered? Otherwise they overlapped. */
static inline bool before(const struct trace_event *earlier, const struct trace_event *later)
{
    return !pending(earlier) && later->enter > earlier->leave;
}

static inline bool succeeded(const struct trace_event *event)
{
    return !pending(event) && sca_succeeded(event->function, event->result);
}

/* A module that was loaded again has another number. */
bool same_module(const struct trace *trace, uint32_t a, uint32_t b);

/* Values of this provider may be created, and given back, where nobody watches. */
bool has_blind_spot(const struct trace *trace, uint32_t provider);

/* An incident about an object; its size counts once, however often it is misused. */
struct incident *blame(struct replay *replay, enum rule_id rule, struct object *object,
                       uint32_t misused);

#endif
