/* SPDX-License-Identifier: MIT */
/*
 * Traces are created at their limit, sparse, and never shrink while their process lives. Once it
 * is gone, the file can be cut to what was used.
 */
#ifndef REPORT_TRIM_H
#define REPORT_TRIM_H

#include <stdbool.h>

/*
 * Is the file a trace of this run? A file whose header cannot be read counts as one (let the
 * reader say what is wrong), unless it was last changed before `since` (s since the epoch).
 */
bool trace_is_of_run(const char *path, const char *run_id, long since);

/*
 * Cut a trace to its used pages, or leave it as it is: when its header does not check, or when a
 * process may still have it mapped. The caller must have no mapping of its own.
 */
void trace_trim(const char *path);

#endif
