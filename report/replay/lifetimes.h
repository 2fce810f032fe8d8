/* SPDX-License-Identifier: MIT */
/*
 * Every resource's lifetime, in the order of acquisition: what a process holds now, and what a
 * timeline shows. Kept by a replay that is asked for it (replay_run_for_lifetimes()); its own books
 * forget blocks that were freed.
 *
 *     struct lifetimes lifetimes = {0};
 *     struct replay *replay = replay_run_for_lifetimes(trace, ENDING_RUNNING, NULL, &lifetimes);
 *     for (size_t i = 0; i < lifetimes.count; i++)
 *         if (lifetime_is_held(&lifetimes.list[i]))
 *             ... trace->events[lifetimes.list[i].acquired] ...
 *     replay_free(replay);
 *     lifetimes_free(&lifetimes);
 *
 * Events are named by their index in trace->events: they have time, thread, stack and size. What
 * was inherited from a parent, or was there before recording began, is not among them.
 */
#ifndef REPORT_LIFETIMES_H
#define REPORT_LIFETIMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum lifetime_end {
    LIFETIME_LIVE,       /* not ended */
    LIFETIME_RELEASED,   /* given back */
    LIFETIME_WITH_OWNER, /* ended with its context, card handle or environment */
    LIFETIME_LOST        /* gone, and nobody saw how: `ended` is NO_EVENT */
};

struct lifetime {
    uint32_t acquired; /* event */
    uint32_t ended;    /* event; NO_EVENT (objects.h) while live */
    uint32_t marked;   /* live RPC blocks: what marked it; else NO_EVENT */
    uint16_t provider; /* of the trace */
    uint8_t kind;      /* enum sca_kind */
    uint8_t end;       /* enum lifetime_end */
    bool covered;      /* another provider's book has the same resource, nearer to the program */
};

struct lifetimes {
    struct lifetime *list;
    size_t count, room;
    uint32_t *newest; /* by the number of the replay's object: index + 1 in the list, or 0 */
    size_t objects;   /* room in `newest` */
};

static inline bool lifetime_is_held(const struct lifetime *lifetime)
{
    return lifetime->end == LIFETIME_LIVE && !lifetime->covered;
}

void lifetimes_free(struct lifetimes *lifetimes);

/* ---- for the replay ------------------------------------------------------------------------- */

/* An object begins to live, whatever had its number before. */
void lifetimes_begin(struct lifetimes *lifetimes, uint32_t object, const struct lifetime *lifetime);

/* The newest one of this object, which has begun. */
struct lifetime *lifetimes_find(struct lifetimes *lifetimes, uint32_t object);

#endif
