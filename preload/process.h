/* SPDX-License-Identifier: MIT */
/*
 * The life of the audited process as far as it concerns us: start, first sight of a provider,
 * fork, exec, exit.
 *
 * A process instance has a token. It lies in a page that the kernel wipes in children of fork and
 * raw clone, so whoever finds 0 there knows that he is in a new process (a vfork child still looks
 * like its parent, which is right: it shares the memory). pthread_atfork does the same where the
 * kernel cannot (qemu-user ignores MADV_WIPEONFORK).
 */
#ifndef SCA_PROCESS_H
#define SCA_PROCESS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

extern _Atomic uint64_t *sca_token_page; /* never NULL once sca_process_start() returned true */

/*
 * Start auditing: from our constructor, or from a call that came before it. False when this
 * process is not audited (secure execution, start still under way): pass calls through.
 */
bool sca_process_start(void);

/* The token of this process instance; notices a fork that nobody told us about. */
uint64_t sca_process_token(void);

/*
 * Make sure that the trace is open, because a provider was seen. False when there can be none
 * (said once on stderr) or when this thread is just opening it (the event is marked as skipped).
 */
bool sca_process_trace(void);

/* Is it open? */
bool sca_process_traced(void);

/*
 * Number the calling thread (from 1). Counted together with the opening of the trace, because a
 * trace without threads has no events and is removed. 0 when there is no trace.
 */
uint32_t sca_process_new_thread(void);

/* For the hooks: is this the process we know (and not a vfork child of it)? Without system calls
 * that cannot be told: no. */
bool sca_process_is_ours(void);

/* Audit nothing any more: pass calls through. */
void sca_process_off(void);

/*
 * An exec is about to be attempted (of a program that we cannot follow?), the process is about to
 * end, with the status that a parent would see, 0 to 255, or SCA_STATUS_UNKNOWN. Async-signal-safe.
 */
void sca_process_exec(bool unaudited);
void sca_process_end(int how /* enum sca_end */, uint32_t status);

#endif
