/* SPDX-License-Identifier: MIT */
/*
 * Which process this is, and whether it is audited.
 *
 * A process instance has a token. It lies in a page that the kernel wipes in children of fork and
 * raw clone, so whoever finds 0 there knows that he is in a new process (a vfork child still looks
 * like its parent, which is right: it shares the memory). pthread_atfork does the same where the
 * kernel cannot (qemu-user ignores MADV_WIPEONFORK).
 */
#ifndef SCA_PROCESS_H
#define SCA_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

/* Once, in the start. False when there is no memory. */
bool sca_process_begin(void);

/*
 * Have `forget` called in each child that was forked, once, before anything else is done there: in
 * the order of these calls, with no other thread in the child. The fork may have been made by a
 * signal handler anywhere in our code. In the start only, at most 8.
 */
void sca_at_fork(void (*forget)(void));

/* For those: when the parent forked, on the trace clock; later for a raw clone. */
uint64_t sca_fork_clock(void);

/* Audit from now on; audit nothing any more: pass calls through. */
void sca_process_on(void);
void sca_process_off(void);
bool sca_process_is_on(void);

/* The token of this process instance; notices a fork that nobody told us about. Only while on. */
uint64_t sca_process_token(void);

/* For the hooks: is this the process we know (and not a vfork child of it)? Without system calls
 * that cannot be told: no. */
bool sca_process_is_ours(void);

/* The same for exit and quick_exit, which no vfork child calls: without system calls the page is
 * believed. */
bool sca_process_may_end(void);

#endif
