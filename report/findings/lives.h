/* SPDX-License-Identifier: MIT */
/*
 * The lives of all resources on one time line, over all processes: for a timeline, and for a graph
 * of what was held at the end by acquiring stack. Part of a report that was built with it
 * (report_build_with_lives()).
 *
 * Few lives are listed one by one; more than LIVES_LISTED are told only as bands, one for each kind
 * and thread: how many lived, in each of BAND_SLOTS equal parts of the time.
 */
#ifndef REPORT_LIVES_H
#define REPORT_LIVES_H

#include <stddef.h>
#include <stdint.h>

#include "report/replay/lifetimes.h"
#include "report/symbols/symbols.h"
#include "report/trace/trace.h"

#define LIVES_LISTED 2000
#define BAND_SLOTS 120

/* A thread that acquired something. */
struct lane {
    size_t process; /* index into the report's */
    uint32_t thread, tid;
    const char *name;
};

/* Times are since the first of the traces began. */
struct life {
    uint64_t begin_ns, end_ns;  /* end of a live or lost one: the last event of its process */
    const struct frames *stack; /* that acquired it */
    const char *function;       /* the audited function that did */
    const char *ended_by;       /* the one that ended it; NULL: none did */
    uint64_t bytes;
    size_t lane;
    uint8_t kind; /* enum sca_kind */
    uint8_t end;  /* enum lifetime_end */
};

struct band {
    size_t lane;
    uint8_t kind;
    size_t acquired, live;
    uint64_t lived_ns[BAND_SLOTS]; /* sum over its lives */
};

/* What is held at the end with one acquiring stack. */
struct hold {
    uint8_t kind;
    const struct frames *stack;
    size_t count;
};

struct lives {
    uint64_t begin_ns; /* of the first life */
    uint64_t span_ns;  /* from then until the last event of all */
    size_t count;      /* of all lives */
    struct lane *lanes;
    size_t lanes_count;
    struct life *list; /* in the order of lanes and acquisition; none where there are too many */
    size_t list_count;
    struct band *bands; /* in the order of lanes and kinds; none where they are listed */
    size_t bands_count;
    struct hold *holds; /* in the order of traces and acquisition */
    size_t holds_count;
};

/* Of which part of the time a slot of a band is, in nanoseconds. */
static inline uint64_t band_slot_ns(const struct lives *lives)
{
    return lives->span_ns / BAND_SLOTS + 1;
}

/* ---- for who builds a report ---------------------------------------------------------------- */

struct lives *lives_new(struct trace *const *traces, size_t count, struct symbols *symbols);

/* Where the replay of this trace is to write its lifetimes. */
struct lifetimes *lives_of_trace(struct lives *lives, size_t trace);

/* After all replays. Traces that are not judged have no process, and no part in it. */
void lives_finish(struct lives *lives);

void lives_free(struct lives *lives);

#endif
