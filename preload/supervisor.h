/* SPDX-License-Identifier: MIT */
/*
 * The report at the end of a program that was preloaded by hand: this process becomes
 * `scardaudit supervise`, which reports and ends with the program's own status. Making the report
 * inside the program, or waiting for a child that does, would leave its other threads running on
 * destroyed globals.
 */
#ifndef SCA_SUPERVISOR_H
#define SCA_SUPERVISOR_H

#include <stdbool.h>
#include <stdint.h>

/* Once, at the start: what the supervisor is to know of the environment, and where we are. */
void sca_supervisor_start(const char *directory);

/*
 * Become the supervisor, with this status of the program (0 to 255, or SCA_STATUS_UNKNOWN: then it
 * cannot be done). `flush`: exit() was called and stdio has
 * not been flushed yet. Returns when there is nothing to report to anyone, or when it cannot be
 * done: then the trace's path is said on stderr. Async-signal-safe unless `flush`. A second thread
 * that ends the process meanwhile waits in here for its end.
 */
void sca_supervise(const char *trace, uint32_t status, bool flush);

/* Do the options ask for anything at the end? */
bool sca_supervisor_wanted(void);

#endif
