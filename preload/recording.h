/* SPDX-License-Identifier: MIT */
/*
 * The trace of this process: opened when a provider is first seen, begun anew in a forked child,
 * removed when no event followed. Any thread, any signal handler.
 */
#ifndef SCA_RECORDING_H
#define SCA_RECORDING_H

#include <stdbool.h>
#include <stdint.h>

/* Once, in the start. `directory`: where the program started. */
void sca_recording_start(const char *directory);

/*
 * Make sure that the trace is open, because a provider was seen. False when there can be none
 * (said once on stderr) or when this thread is just opening it (the event is marked as skipped).
 */
bool sca_recording_open(void);

/* Is it open? */
bool sca_recording(void);

/*
 * Number the calling thread (from 1). Counted together with the opening of the trace, because a
 * trace without threads has no events and is removed. 0 when there is no trace.
 */
uint32_t sca_recording_new_thread(void);

/* A process that recorded nothing leaves no file. True when it was removed. */
bool sca_recording_discard_empty(void);

#endif
