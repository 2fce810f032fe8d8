/* SPDX-License-Identifier: MIT */
/* Which blocks free() is to know, and what the trace says where it cannot. */
#ifndef SCA_HEAP_WATCH_H
#define SCA_HEAP_WATCH_H

#include "filter.h"
#include "threads.h"

/* Once, in the start. */
void sca_heap_watch_start(void);

/* A provider has handed out this block, and the program does not know it yet; it is LIVE or POOLED.
 * Any thread, any signal handler; errno is kept. */
void sca_heap_watch(struct sca_thread *thread, const void *block, enum sca_block state);

/* Get the memory for blocks where malloc will most likely place them, now. */
void sca_heap_watch_prepare(void);

#endif
