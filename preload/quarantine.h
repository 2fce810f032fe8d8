/* SPDX-License-Identifier: MIT */
/*
 * Audited blocks that were given back, kept from the allocator for a while: so that a second free
 * of one is known for what it is, and what is written to one is seen. At most `quarantine_blocks`
 * of them and `quarantine_bytes` over all threads, the oldest leave first.
 *
 * One ring for the process, two atomic operations a block. Any thread, any signal handler; nobody
 * waits. Blocks in it are filled with a pattern; the state of each in the filter is QUARANTINED,
 * and whoever changes that takes the block out.
 */
#ifndef SCA_QUARANTINE_H
#define SCA_QUARANTINE_H

#include <stdbool.h>
#include <stddef.h>

/* Once, in the start. */
void sca_quarantine_start(void);

/*
 * Keep a block that the caller has just made QUARANTINED; others may be given to the allocator for
 * it. False: it is not kept, and whose it was before.
 */
bool sca_quarantine_keep(void *block);

/* Take this block out, to be freed by the caller. False: somebody else did. */
bool sca_quarantine_take(void *block);

/* This one, of so many usable bytes, was freed behind our back: forget it. False: somebody did. */
bool sca_quarantine_drop(const void *block, size_t size);

/* The program has ended: report what was written to. The blocks stay where they are. */
void sca_quarantine_check(void);

#endif
