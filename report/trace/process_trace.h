/* SPDX-License-Identifier: MIT */
/*
 * From a running process to the trace that it writes: the file is among those it has mapped. The
 * process is neither stopped nor asked.
 */
#ifndef REPORT_PROCESS_TRACE_H
#define REPORT_PROCESS_TRACE_H

#include <sys/types.h>

/*
 * The trace, open for reading, and its name (malloc'd) as the process knows it. -1: *problem
 * (malloc'd) says why there is none, and which of its children are audited.
 */
int process_trace_open(pid_t pid, char **name, char **problem);

/* "12 (app), 13 (tool)": those below it that are audited; malloc'd, "" if there are none. */
char *process_trace_children(pid_t pid);

#endif
