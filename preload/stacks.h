/* SPDX-License-Identifier: MIT */
/*
 * Backtraces, each distinct one written to the trace once. Lock-free; any thread, any signal
 * handler.
 */
#ifndef SCA_STACKS_H
#define SCA_STACKS_H

#include <stdint.h>

#include "threads.h"

/* Once, in the constructor. */
void sca_stacks_start(void);

/*
 * The number of the calling stack, innermost frame first, ours left out: frame 0 returns to
 * `caller`, the return address of the exported wrapper. 0 when it cannot be recorded.
 */
uint32_t sca_stack_here(struct sca_thread *thread, const void *caller, uint32_t generation);

/* Get the memory for remembering some thousand stacks now. Any thread; errno is kept. */
void sca_stacks_grow_ahead(void);

#endif
