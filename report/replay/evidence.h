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

/* Results that say what became of a resource. */
#define RESULT_INTERNAL_ERROR 0x80100001U
#define RESULT_INVALID_HANDLE 0x80100003U
#define RESULT_COMM_ERROR 0x80100013U /* the connection to pcscd broke */
#define RESULT_NOT_TRANSACTED 0x80100016U
#define RESULT_READER_UNAVAILABLE 0x80100017U
#define RESULT_NO_SERVICE 0x8010001DU /* pcscd is gone, or the connection broke before */
#define RESULT_SECURITY_VIOLATION 0x8010006AU
#define RESULT_REMOVED_CARD 0x80100069U

static inline bool failed_with(const struct trace_event *event, uint32_t result)
{
    return !pending(event) && (uint32_t)event->result == result;
}

/* Did the call find that the connection to pcscd is lost, for good? */
static inline bool lost_service(const struct trace_event *event)
{
    return failed_with(event, RESULT_COMM_ERROR) || failed_with(event, RESULT_NO_SERVICE);
}

/* A module that was loaded again has another number. */
bool same_module(const struct trace *trace, uint32_t a, uint32_t b);

/* Values of this provider may be created, and given back, where nobody watches. */
bool has_blind_spot(const struct trace *trace, uint32_t provider);

/* An incident about an object; its size counts once, however often it is misused. */
struct incident *blame(struct replay *replay, enum rule_id rule, struct object *object,
                       uint32_t misused);

#endif
