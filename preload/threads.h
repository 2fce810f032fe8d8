/* SPDX-License-Identifier: MIT */
/*
 * What each thread owns: its number and its place in the trace. 32 bytes of static TLS, so a
 * program that is short of it is not harmed; initial-exec, so reading it never allocates.
 */
#ifndef SCA_THREADS_H
#define SCA_THREADS_H

#include <stdbool.h>
#include <stdint.h>

#include "trace_writer.h"

struct sca_thread {
    uint64_t token;  /* of the process instance that `serial` and `cursor` belong to */
    uint32_t serial; /* from 1, never reused within a process, unlike tids */
    uint8_t armed;   /* our thread-exit destructor is set: 1, and the rounds of it that came by */
    bool entered;    /* an RPC environment: its end is recorded */
    uint16_t reentered; /* a bit for each provider: one of its environments, once more */
    struct sca_cursor cursor;
};

/*
 * The RPC environment that the calling thread was last seen to be in: the number of its provider,
 * and what fits of its handle; 0: none. Outside of the structure it takes half the room, and static
 * TLS is scarce.
 */
extern _Thread_local uint32_t sca_environment;

/* Once, in the constructor. */
void sca_threads_start(void);

/*
 * The calling thread, ready to record; opens the trace and writes the thread's record when it is
 * new. NULL when nothing can be recorded. Any thread, any signal handler; errno is kept.
 */
struct sca_thread *sca_thread_here(void);

/*
 * sca_commit(), unless a signal handler has forked since the thread had this token and we are the
 * child: then what the record refers to is not in this trace. Was it committed?
 */
bool sca_thread_commit(uint64_t token, void *record, unsigned type, uint64_t length);

#endif
