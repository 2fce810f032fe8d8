/* SPDX-License-Identifier: MIT */
/* `scardaudit dump`: the events of one trace, unjudged, in the order in which they took effect. */
#ifndef REPORT_DUMP_H
#define REPORT_DUMP_H

#include <stdio.h>

#include "report/trace/trace.h"

/* To read: facts of the header, an empty line, then one line per event. */
void dump_text(FILE *out, const struct trace *trace);

/*
 * To process: one compact JSON object per event and line, pure ASCII:
 *
 *   {"seq":1,"time_ns":52,"thread":1,"event":"acquire","function":"SCardEstablishContext",
 *    "provider":"libpcsclite.so.1","object":"0x1f","companion":null,"result":"0x0",
 *    "enter_ns":40,"leave_ns":52,
 *    "stack":[{"module":"/usr/bin/app","build_id":"ab01","offset":"0x10"}]}
 *
 * Its schema is doc/events.schema.json. Times are nanoseconds since the trace began; time_ns is
 * when the event took effect. While a call is in flight result is "pending" and leave_ns null.
 * companion is null where the function has no owner argument, provider where it is the allocator;
 * module and build_id are null where unknown (offset is then the address in the process).
 */
void dump_jsonl(FILE *out, const struct trace *trace);

#endif
