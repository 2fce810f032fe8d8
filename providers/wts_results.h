/* SPDX-License-Identifier: MIT */
/*
 * What the program is given, and gives back:
 *
 *   level 0    array | texts and SIDs      one block, WTSFreeMemory
 *   level 1    array                       WTSFreeMemoryEx, which knows the type and the count
 *              -> a block for each text and SID
 *
 * All blocks are malloc's. The structures for A and W differ in the type of their pointers only, so
 * those for A stand for both.
 */
#ifndef PROVIDERS_WTS_RESULTS_H
#define PROVIDERS_WTS_RESULTS_H

#include "wts_processes.h"
#include "wts_sessions.h"

/* NULL: no memory. A result without entries is a block all the same. */
WTS_SESSION_INFOA *wts_results_sessions(const struct wts_sessions *sessions, bool wide);
WTS_SESSION_INFO_1A *wts_results_sessions_1(const struct wts_sessions *sessions, bool wide);
WTS_PROCESS_INFOA *wts_results_processes(const struct wts_processes *processes,
                                         const uint32_t *session_ids, bool wide);
WTS_PROCESS_INFO_EXA *wts_results_processes_1(const struct wts_processes *processes,
                                              const uint32_t *session_ids, bool wide);
/* False: no such type, or the block is too small for so many entries. */
bool wts_results_free(WTS_TYPE_CLASS type, void *memory, size_t count);
/* The name of this machine, which is the domain of its users */
void wts_results_machine(char *name, size_t size);

#endif
