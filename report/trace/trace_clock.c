/* SPDX-License-Identifier: MIT */
#include "trace_internal.h"

#include <stdlib.h>

static int compare_anchors(const void *a, const void *b)
{
    const struct anchor *left = a, *right = b;

    if (left->clock != right->clock)
        return left->clock < right->clock ? -1 : 1;
    return (left->ns > right->ns) - (left->ns < right->ns);
}

/* The start of the trace stays first; what contradicts an earlier anchor is dropped. */
void reader_sort_anchors(struct reader *reader)
{
    struct anchor *anchors = reader->internal->anchors;
    size_t count = reader->internal->anchors_count;
    size_t kept = 1;

    qsort(anchors + 1, count - 1, sizeof *anchors, compare_anchors);
    for (size_t i = 1; i < count; i++)
        if (anchors[i].clock > anchors[kept - 1].clock && anchors[i].ns >= anchors[kept - 1].ns)
            anchors[kept++] = anchors[i];
    reader->internal->anchors_count = kept;
}

uint64_t trace_ns(const struct trace *trace, uint64_t clock)
{
    const struct trace_internal *internal = trace->internal;
    const struct anchor *anchors, *from, *to;
    size_t low = 0, high;
    unsigned __int128 ns;

    if (clock <= trace->start_clock)
        return 0;
    if (trace->clock == SCA_CLOCK_MONOTONIC || !internal || internal->anchors_count < 2)
        return clock - trace->start_clock;
    anchors = internal->anchors;
    high = internal->anchors_count;
    while (high - low > 1) { /* anchors[low].clock <= clock < anchors[high].clock */
        size_t middle = low + (high - low) / 2;

        if (anchors[middle].clock <= clock)
            low = middle;
        else
            high = middle;
    }
    from = &anchors[low];
    to = from + 1;
    if (high == internal->anchors_count) { /* behind the last: the mean speed so far is steadier */
        to = from;
        from = anchors;
    }
    ns =
        (unsigned __int128)(clock - from->clock) * (to->ns - from->ns) / (to->clock - from->clock) +
        (from->ns - anchors->ns);
    return ns > UINT64_MAX ? UINT64_MAX : (uint64_t)ns;
}
