/* SPDX-License-Identifier: MIT */
#include "lsa_blocks.h"

#include "blocks.h"
#include "evidence.h"
#include "inheritance.h"
#include "lsa.h"
#include "lsa_forks.h"
#include "lsa_sections.h"
#include "mismatched.h"

static struct object *object_of(const struct replay *replay, uint32_t number)
{
    return &replay->objects.records[number];
}

/* No function of the host belongs to a thread: it is only worth a look. */
static void judge_thread(struct replay *replay, uint32_t number, uint32_t block)
{
    struct incident *incident;

    if (replay->trace->events[number].thread == object_of(replay, block)->thread)
        return;
    incident = lsa_blame(replay, RULE_CROSS_THREAD_FREE, block, NO_EVENT);
    incident->severity = SEVERITY_NOTE;
    incident->events[STORY_RELEASED] = number;
}

/* The right way. Neither deallocator tells whether it did anything. */
static void give_back(struct replay *replay, uint32_t number, uint32_t block)
{
    if (pending(&replay->trace->events[number])) {
        object_of(replay, block)->attempt = number;
        return;
    }
    judge_thread(replay, number, block);
    replay_release(replay, block, number);
}

/* ---- in sections ---------------------------------------------------------------------------- */

/* A block, or some other memory, on its way back. */
struct given {
    uint32_t number; /* the event */
    const struct trace_event *event;
    uint32_t section; /* that the call names */
    uint32_t object;  /* what the address is, or was last; or 0 */
    struct object *block;
};

/* The section is not its own, and may not even be there. */
static void given_to_another(struct replay *replay, const struct given *given)
{
    struct incident *incident;

    if (!lsa_stands(replay, given->section)) {
        if (lsa_judge_use(replay, given->number, given->section))
            mismatched_given(replay, given->number, given->object);
        else
            give_back(replay, given->number, given->object);
        return;
    }
    incident = lsa_blame(replay, RULE_WRONG_SECTION, given->object, given->number);
    if (object_of(replay, given->section)->state != OBJECT_LIVE)
        incident->severity = SEVERITY_NOTE; /* nobody saw it begin: it may be the same one */
    mismatched_given(replay, given->number, given->object);
}

static void given_live(struct replay *replay, const struct given *given)
{
    if (!given->block->parent || given->block->parent == given->section)
        give_back(replay, given->number, given->object);
    else
        given_to_another(replay, given);
}

/* It went with its section, for which the call may name another one that stands. */
static void given_too_late(struct replay *replay, const struct given *given)
{
    const struct trace_event *deleted = &replay->trace->events[given->block->ended];
    bool other = lsa_stands(replay, given->section) &&
                 object_of(replay, given->section)->value != deleted->object;

    lsa_withdraw_implicit_release(replay, given->block);
    if (!before(deleted, given->event))
        return; /* it was about to be freed in its own right */
    lsa_blame(replay, other ? RULE_WRONG_SECTION : RULE_FREE_AFTER_RELEASE, given->object,
              given->number)
        ->events[STORY_RELEASED] = given->block->ended;
}

/* Nobody saw the section begin: an ancestor may have, and allocate there what is freed here. */
static bool may_be_shared(const struct replay *replay, uint32_t section)
{
    return object_of(replay, section)->state == OBJECT_UNKNOWN && !lsa_inherits_nothing(replay);
}

static void given_again(struct replay *replay, const struct given *given)
{
    const struct trace_event *ended;

    if (given->block->state != OBJECT_RELEASED || given->block->levels)
        return;
    ended = &replay->trace->events[given->block->ended];
    if (ended->function == &sca_functions[SCA_FN_DeleteSharedMemory]) {
        given_too_late(replay, given);
    } else if (given->block->flags & OBJECT_MISGIVEN) { /* this may be the first that frees it */
        if (!lsa_stands(replay, given->section))
            lsa_judge_use(replay, given->number, given->section);
    } else if (before(ended, given->event) && !may_be_shared(replay, given->section)) {
        lsa_blame(replay, RULE_DOUBLE_FREE, given->object, given->number)->events[STORY_RELEASED] =
            given->block->ended;
        /* Another one may have had the address before. */
        lsa_forks_doubt(replay, (uint32_t)replay->incidents_count, given->section);
    }
}

/* No block of a section. What is in a section that nobody saw begin may be one. */
static void given_other_memory(struct replay *replay, const struct given *given)
{
    size_t before = replay->incidents_count;

    if (!lsa_stands(replay, given->section)) {
        lsa_judge_use(replay, given->number, given->section);
        return;
    }
    if (!given->object && object_of(replay, given->section)->state != OBJECT_LIVE)
        return;
    blocks_freed_unknown(replay, given->number);
    if (replay->incidents_count != before)
        lsa_forks_doubt(replay, (uint32_t)replay->incidents_count, given->section);
}

void lsa_blocks_given_back(struct replay *replay, uint32_t number)
{
    const struct trace_event *event = &replay->trace->events[number];
    struct given given = {
        .number = number, .event = event, .section = lsa_find_section(replay, event->companion)};

    if (lsa_is_inherited(replay, given.section)) {
        if (lsa_stands(replay, given.section))
            lsa_forks_free(replay, given.section, number);
        else
            lsa_judge_use(replay, number, given.section);
        return;
    }
    given.object = event->object ? lsa_memory_at(replay, event->object) : 0;
    given.block = object_of(replay, given.object);
    if (!event->object && !event->companion)
        return; /* as harmless as free(NULL) */
    if (given.block->kind != SCA_KIND_LSA_BLOCK)
        given_other_memory(replay, &given);
    else if (given.block->state == OBJECT_LIVE)
        given_live(replay, &given);
    else
        given_again(replay, &given);
}

/* ---- of the heap ---------------------------------------------------------------------------- */

#define FREED_BEFORE (SCA_CALL_QUARANTINED | SCA_CALL_RELEASING)

/* Other functions of the host hand out memory of its heap, too, and nobody sees it. */
static void heap_block_given_again(struct replay *replay, uint32_t number, uint32_t block)
{
    size_t told = replay->incidents_count;

    blocks_freed_again(replay, number, block);
    if (replay->incidents_count != told && !(replay->trace->events[number].flags & FREED_BEFORE))
        replay->incidents[told].severity = SEVERITY_NOTE;
}

static void other_memory_given(struct replay *replay, uint32_t number, uint32_t object)
{
    const struct trace_event *event = &replay->trace->events[number];
    uint32_t around;

    if (mismatched_free(replay, number))
        return;
    if (object && event->flags & FREED_BEFORE) {
        blocks_freed_again(replay, number, object);
        return;
    }
    around = object ? 0 : blocks_enclosing(replay, event->object);
    if (replay->trace->complete && object_of(replay, around)->state == OBJECT_LIVE)
        blocks_freed_inside(replay, number, around);
}

void lsa_heap_blocks_given_back(struct replay *replay, uint32_t number)
{
    const struct trace_event *event = &replay->trace->events[number];
    struct object_key key =
        objects_key(&replay->objects, event->provider, SCA_KIND_NONE, event->object);
    uint32_t object = event->object ? lsa_memory_at(replay, event->object) : 0;
    const struct object *block;

    if (!object && event->object && replay->parent)
        object = inherit(replay, &key);
    block = object_of(replay, object);
    if (block->kind != SCA_KIND_LSA_HEAP_BLOCK)
        other_memory_given(replay, number, object);
    else if (block->state == OBJECT_RELEASED)
        heap_block_given_again(replay, number, object);
    else if (block->state == OBJECT_INHERITED && !pending(event))
        replay_release_elsewhere(replay, object, number); /* the process has a copy */
    else if (block->state == OBJECT_LIVE && !blocks_freed_before(replay, number, object))
        give_back(replay, number, object);
}
