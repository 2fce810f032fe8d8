/* SPDX-License-Identifier: MIT */
#include "lsa_forks.h"

#include "evidence.h"
#include "inheritance.h"
#include "lsa.h"
#include "lsa_sections.h"
#include "report/base/memory.h"

void lsa_forks_share(struct replay *replay, uint32_t section)
{
    inherited_from(replay, &replay->objects.records[section])->flags |= OBJECT_SHARED;
}

void lsa_forks_doubt(struct replay *replay, uint32_t incident, uint32_t section)
{
    struct lsa *lsa = replay->lsa;

    GROW(lsa->doubts, lsa->doubts_count, lsa->doubts_room);
    lsa->doubts[lsa->doubts_count++] = (struct lsa_doubt){incident, section};
}

/* The block at this address, in the books of this process, was given back by a child. */
static void excuse(struct replay *replay, uint64_t address)
{
    struct object *block = &replay->objects.records[lsa_memory_at(replay, address)];

    if (block->kind != SCA_KIND_LSA_BLOCK || block->levels)
        return;
    lsa_withdraw_implicit_release(replay, block);
    block->flags |= OBJECT_EXCUSED;
}

void lsa_forks_free(struct replay *replay, uint32_t section, uint32_t number)
{
    uint64_t address = replay->trace->events[number].object;
    uint32_t levels = replay->objects.records[section].levels;
    uint32_t block = lsa_memory_at(replay, address);

    if (replay->objects.records[block].kind == SCA_KIND_LSA_BLOCK &&
        replay->objects.records[block].state == OBJECT_LIVE &&
        succeeded(&replay->trace->events[number]))
        replay_release(replay, block, number);
    for (uint32_t level = 1; level <= levels; level++)
        excuse(replay_ancestor(replay, level), address);
}

/* What was inherited and deleted, in place of a process that went on no more. */
static void excuse_heirs(struct replay *replay)
{
    struct objects *objects = &replay->objects;

    for (uint32_t i = 1; i < objects->count; i++) {
        const struct object *object = &objects->records[i];

        if (object->kind == SCA_KIND_LSA_SECTION && object->levels &&
            object->state == OBJECT_RELEASED && inherited_alone(replay, object))
            inherited_from(replay, object)->flags |= OBJECT_EXCUSED;
    }
}

void lsa_forks_end(struct replay *replay)
{
    const struct lsa *lsa = replay->lsa;

    for (size_t i = 0; i < lsa->doubts_count; i++)
        if (replay->objects.records[lsa->doubts[i].section].flags & OBJECT_SHARED)
            replay->incidents[lsa->doubts[i].incident - 1].withdrawn = true;
    if (replay->parent)
        excuse_heirs(replay);
}
