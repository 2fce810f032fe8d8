/* SPDX-License-Identifier: MIT */
/* What could not be watched, in words. */
#ifndef REPORT_BLIND_SPOTS_H
#define REPORT_BLIND_SPOTS_H

#include "report/trace/trace.h"

/* "heap-blind", "foreign-abi", ... */
const char *blind_spot_code(uint32_t code);

/* One sentence; malloc'd. Names in it are as the program has them: escape them. */
char *blind_spot_message(const struct trace *trace, const struct trace_blind_spot *spot);

#endif
