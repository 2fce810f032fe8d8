/* SPDX-License-Identifier: MIT */
#include "unsymbolized.h"

#include <stdlib.h>

#include "fingerprint.h"
#include "memory.h"

#define uthash_malloc(size) xmalloc(size)
#include <uthash.h>

/* The symbolizer has one string for each module. */
struct known_module {
    const char *path;
    UT_hash_handle hh;
};

struct search {
    struct known_module *known;
    struct unsymbolized *list;
    size_t count, room;
};

static const char *reason_of(const struct frame *frame, bool owner)
{
    switch (frame->module_state) {
    case MODULE_MISSING:
        return "missing";
    case MODULE_REPLACED:
        return "replaced";
    case MODULE_UNREADABLE:
        return "unreadable";
    case MODULE_READ:
        return owner ? "stripped" : NULL;
    case MODULE_NO_FILE:
        break;
    }
    return NULL;
}

static void look_at(struct search *search, const struct frame *frame, bool owner)
{
    const char *reason;
    struct known_module *known;

    if (frame->function || !frame->module || fingerprint_is_runtime(frame))
        return;
    reason = reason_of(frame, owner);
    if (!reason)
        return;
    HASH_FIND_PTR(search->known, &frame->module, known);
    if (known)
        return;
    known = xcalloc(1, sizeof *known);
    known->path = frame->module;
    HASH_ADD_PTR(search->known, path, known);
    GROW(search->list, search->count, search->room);
    search->list[search->count++] = (struct unsymbolized){frame->module, frame->build_id, reason};
}

static void look_at_stack(struct search *search, const struct report_stack *stack, bool telling)
{
    size_t owner = telling ? fingerprint_owner(stack->frames, stack->count) : stack->count;

    for (size_t i = 0; i < stack->count; i++)
        look_at(search, &stack->frames[i], i == owner);
}

struct unsymbolized *unsymbolized_find(const struct report *report, bool all, size_t *count)
{
    struct search search = {0};
    struct known_module *known, *next;

    for (size_t i = 0; i < report->findings_count; i++) {
        const struct finding *finding = &report->findings[i];

        for (size_t j = 0; (all || finding_counts(finding)) && j < finding->places_count; j++)
            for (enum story story = 0; story < STORY_COUNT; story++)
                if (finding->places[j].stacks[story].present)
                    look_at_stack(&search, &finding->places[j].stacks[story],
                                  story == finding->telling);
    }
    known = search.known;
    HASH_CLEAR(hh, search.known);
    for (; known; known = next) {
        next = known->hh.next;
        free(known);
    }
    *count = search.count;
    return search.list;
}
