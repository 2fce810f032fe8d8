/* SPDX-License-Identifier: MIT */
#include "same.h"

#include <stdlib.h>
#include <string.h>

#include "report/base/memory.h"

struct key {
    const char *fingerprint;
    size_t index;
};

static int compare_keys(const void *a, const void *b)
{
    const struct key *x = a, *y = b;
    int order = strcmp(x->fingerprint, y->fingerprint);

    return order ? order : (x->index > y->index) - (x->index < y->index);
}

static struct key *sorted_keys(const struct report *report, enum same_by by)
{
    size_t count = report->findings_count;
    struct key *keys = xcalloc(count, sizeof *keys);

    for (size_t i = 0; i < count; i++) {
        const struct finding *finding = &report->findings[i];

        keys[i].fingerprint =
            by == SAME_BY_STRICT ? finding->fingerprint_strict : finding->fingerprint;
        keys[i].index = i;
    }
    if (count)
        qsort(keys, count, sizeof *keys, compare_keys);
    return keys;
}

struct same *same_findings(const struct report *report, enum same_by by)
{
    size_t count = report->findings_count;
    struct same *same = xcalloc(count, sizeof *same);
    struct key *keys = sorted_keys(report, by);

    for (size_t i = 0; i < count; i++) {
        bool first = !i || strcmp(keys[i - 1].fingerprint, keys[i].fingerprint) != 0;

        same[keys[i].index] = (struct same){1, SAME_NONE};
        if (!first) {
            same[keys[i].index].nth = same[keys[i - 1].index].nth + 1;
            same[keys[i - 1].index].next = keys[i].index;
        }
    }
    free(keys);
    return same;
}
