/* SPDX-License-Identifier: MIT */
/*
 * Is there room left on this stack for an unwinder? Threads may have 16 KiB, handlers 8 KiB, and
 * an unwinder wants 10 KiB when it meets new code. Any thread, any signal handler; a system call
 * only when a stack is used deeper than before.
 */
#ifndef SCA_STACK_ROOM_H
#define SCA_STACK_ROOM_H

#include <stdbool.h>
#include <stddef.h>

/* Once, in the constructor: the initial thread's stack grows by itself and is told by its limit. */
void sca_stack_room_start(void);

bool sca_stack_room(void);

/*
 * The same with `bytes` more. Nothing is remembered, so that a vfork child, which shares the memory
 * of its parent, may ask. Large blocks are refused on other stacks than the initial thread's: they
 * may end without a guard page.
 */
bool sca_stack_room_for(size_t bytes);

/*
 * May these bytes be read, at most a page of them? For addresses that a program handed us and that
 * may be anything; asked once there was room. A system call only for what is not on the stack, and
 * what turned out to be in its next page is remembered. True where it cannot be told, because
 * system calls are not to be made any more.
 */
bool sca_may_read(const void *bytes, size_t size);

#endif
