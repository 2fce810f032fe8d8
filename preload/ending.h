/* SPDX-License-Identifier: MIT */
/* The end of this program: what its trace is told, and the report. */
#ifndef SCA_ENDING_H
#define SCA_ENDING_H

#include <stdbool.h>
#include <stdint.h>

/* Once, in the start, before the program can register a handler: ours is to be the last. */
bool sca_ending_start(void);

/* An exec is about to be attempted (of a program that we cannot follow?). Async-signal-safe. */
void sca_ending_exec(bool unaudited);

/*
 * The process is about to end, with the status that a parent would see, 0 to 255, or
 * SCA_STATUS_UNKNOWN. May not return: supervisor.h. Async-signal-safe, but for SCA_END_EXIT.
 */
void sca_ending(int how /* enum sca_end */, uint32_t status);

#endif
