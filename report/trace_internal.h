/* SPDX-License-Identifier: MIT */
/*
 * What the files of the trace reader share, and nobody else. The way of a trace through them:
 *
 *   trace.c          opens the file, calls the others, words the problem
 *   trace_file.c     copies pieces of the file into memory
 *   trace_header.c   header page and marks; does the process still run?
 *   trace_records.c  chunks and records, each checked for itself: raw definitions, raw events
 *   trace_resolve.c  numbers become indices, events are sorted: what trace.h promises
 *   trace_clock.c    trace clock to nanoseconds
 *
 * Memory grows only with bytes really found in the file, never with a number read from it.
 */
#ifndef REPORT_TRACE_INTERNAL_H
#define REPORT_TRACE_INTERNAL_H

#include "trace.h"

/* A record that gives something a number, as it stood in the file. */
struct definition {
    uint64_t offset; /* of the record in the file */
    size_t content;  /* index into reader.store: the whole record */
    uint32_t size;   /* bytes there */
    uint32_t number;
};

enum definition_kind {
    DEFINED_MODULE,
    DEFINED_PROVIDER,
    DEFINED_THREAD,
    DEFINED_STACK,
    DEFINED_KINDS
};

struct definitions {
    struct definition *items;
    size_t count, room;
};

struct raw_blind_spot {
    uint64_t offset;
    uint32_t code, module, left_out;
    char *names; /* malloc'd, the trace's in the end */
};

/* A thread's end, as it stood in the file. */
struct raw_end {
    uint64_t offset, time;
    uint32_t thread;
};

/* The same moment on the trace clock and on CLOCK_MONOTONIC. */
struct anchor {
    uint64_t clock, ns;
};

/* trace.internal */
struct trace_internal {
    struct anchor *anchors; /* ascending on both clocks; the first is the start of the trace */
    size_t anchors_count, anchors_room;
    struct trace_frame *frames; /* of all stacks */
};

/*
 * A piece of the file, copied twice while the process may still write: what the first copy shows
 * as published (a head, a leave time) is complete in the second. Otherwise both are the same.
 */
struct view {
    const void *seen;
    const void *content;
    size_t available; /* bytes; fewer than asked for only where the file ends */
};

/*
 * What a walk over the chunks is for. While a process writes, chunks copied earlier and later do
 * not fit together: the release of a block may be missing while another thread's acquisition of
 * the same address is there. So a first walk only finds the latest time at which any event took
 * effect or a thread ended, and the second takes no event that is later. All that happened before
 * one of these was recorded before the second walk began. The definitions they use may still be
 * missed: a third walk looks for them when a reference is not found.
 */
enum walk { WALK_TIMES, WALK_ALL, WALK_DEFINITIONS };

struct reader {
    struct trace *trace;
    struct trace_internal *internal;
    int fd;
    uint64_t size;   /* of the file; shrinks with it */
    uint64_t extent; /* bytes that were in use, if the header says so */
    bool live;       /* somebody may still be writing */
    bool truncated;  /* said already: what is missing at the end is no further problem */

    uint64_t window; /* offset of what the two buffers hold */
    size_t window_length, window_room;
    uint8_t *seen, *content; /* content is seen itself unless live */

    struct definitions definitions[DEFINED_KINDS];
    uint8_t *store;
    size_t store_used, store_room;
    struct raw_blind_spot *blind_spots;
    size_t blind_spots_count, blind_spots_room;
    struct raw_end *ends;
    size_t ends_count, ends_room;
    size_t events_room;
    uint64_t exec_time;  /* of the exec mark, when trace->exec is set */
    bool exec_unaudited; /* what it says of the program in this one's place */
    uint64_t last_time;  /* the latest that any record names */
    uint64_t latest;     /* of a live trace: what took effect later is left out */
    enum walk walk;

    bool muted;             /* a walk whose problems another one notes */
    bool reference_missing; /* said already */
    char *problem;          /* the first one */
    uint64_t problem_offset;
    size_t problems;
};

/* Something is wrong. `format` is a clause; " at offset 0x..." follows it. */
void reader_problem(struct reader *reader, uint64_t offset, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The file ends before `expected`. Said once: all that is missing behind is the same damage. */
void reader_truncated(struct reader *reader, uint64_t expected);

/* Where a walk over the chunks ends: of a process that lives, behind what is in use by now. */
uint64_t reader_end(struct reader *reader);
/* At least `need` bytes at `offset` (a multiple of 8) unless the file ends. Valid until the next.
 */
struct view reader_view(struct reader *reader, uint64_t offset, size_t need);
/* The first page at or behind `offset` that is no hole; at least reader->size if there is none. */
uint64_t reader_next_data(struct reader *reader, uint64_t offset);
/* pread() that goes on until `size` bytes or the end of the file; -1 with errno. */
ssize_t reader_copy(int fd, void *buffer, size_t size, uint64_t offset);

/* -1: nothing can be made of this file, *reason (malloc'd, without the file's name) says why. */
int reader_header(struct reader *reader, char **reason);
/* All that is in the chunks. */
void reader_chunks(struct reader *reader);
/* The definitions once more; problems were noted the first time. */
void reader_definitions(struct reader *reader);
void reader_resolve(struct reader *reader);
void reader_sort_anchors(struct reader *reader);

#endif
