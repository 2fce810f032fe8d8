/* SPDX-License-Identifier: MIT */
/*
 * The trace file of this process: mapped shared, so that what was written survives SIGKILL, and
 * grown without a descriptor where the kernel can (MADV_POPULATE_WRITE, Linux 5.14).
 *
 *     struct sca_stack_record *record = sca_reserve(&cursor, length);
 *     if (record) {
 *             ... fill everything behind the head
 *             sca_commit(record, SCA_REC_STACK, length);
 *     }
 *
 * Reserving and committing are lock-free and async-signal-safe; each thread has its own cursor.
 * Opening is for one thread at a time (process.c sees to it).
 */
#ifndef SCA_TRACE_WRITER_H
#define SCA_TRACE_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trace_format.h"

struct sca_cursor {
    struct sca_chunk *chunk; /* NULL: take one when needed */
    uint64_t next_size;      /* of the next chunk; 0: the first one */
};

/*
 * Create `directory`/scardaudit.<program>.<pid>.<n>.trace, at most `limit` bytes long, with this
 * header (its marks must be zero; magic, check and limit are filled in here). NULL when it
 * worked, else why not, in a few words.
 */
const char *sca_trace_open(const char *directory, const char *program, uint64_t limit,
                           const struct sca_header *header);

/* Path of the open trace, "" if there is none. */
const char *sca_trace_path(void);

/* Forget the trace: in a forked child it is the parent's. Other threads must not exist. */
void sca_trace_forget(void);

/* Remove the file from its directory; what is still written goes nowhere. */
void sca_trace_discard(void);

/* Room for a record of `length` bytes (a multiple of 8, at most SCA_MAX_RECORD), or NULL. */
#define SCA_MAX_RECORD (SCA_CHUNK - sizeof(struct sca_chunk))
void *sca_reserve(struct sca_cursor *cursor, uint64_t length);
void sca_commit(void *record, unsigned type, uint64_t length);

/* Tie the trace clock to CLOCK_MONOTONIC again if that is long ago; `now` is sca_now(). */
void sca_anchor(struct sca_cursor *cursor, uint64_t now);

/* Give a cursor's chunk to the next thread that needs one. */
void sca_give_back(struct sca_cursor *cursor);

/*
 * Before the process does without system calls: grow the trace ahead by a bounded amount, all that
 * it will get; and take that back. For one thread at a time.
 */
void sca_trace_seal(void);
void sca_trace_unseal(void);

/* Record nothing any more: a stop mark, SCA_STOP_SECCOMP, of this time on the trace clock. */
void sca_trace_stop(uint64_t time);

/* The marks of the header; each may be stored again. Nothing happens without a trace. */
void sca_mark_exit(enum sca_end how, uint32_t status);
void sca_mark_exec(bool unaudited);
void sca_mark_skipped(void);

#endif
