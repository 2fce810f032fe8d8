/* SPDX-License-Identifier: MIT */
#include "lsa_sections.h"

#include "evidence.h"
#include "inheritance.h"
#include "lsa.h"
#include "lsa_forks.h"
#include "rpc.h"

static struct object *object_of(const struct replay *replay, uint32_t number)
{
    return &replay->objects.records[number];
}

static bool is_live(const struct replay *replay, uint32_t number)
{
    return object_of(replay, number)->state == OBJECT_LIVE;
}

/* ---- finding -------------------------------------------------------------------------------- */

static struct object_key key_of(const struct replay *replay, uint32_t provider, unsigned kind,
                                uint64_t value)
{
    return objects_key(&replay->objects, provider, kind, value);
}

/* A host may have its functions in several objects: whose the section is does not matter. */
static uint32_t find_own(const struct replay *replay, uint64_t value)
{
    const struct object *records = replay->objects.records;
    uint32_t found = 0;

    for (uint32_t i = 0; i < replay->lsa->providers_count; i++) {
        struct object_key key =
            key_of(replay, replay->lsa->providers[i], SCA_KIND_LSA_SECTION, value);
        uint32_t number = objects_find(&replay->objects, &key);

        if (number && is_live(replay, number))
            return number;
        if (number && (!found || records[number].acquired > records[found].acquired))
            found = number;
    }
    return found;
}

uint32_t lsa_find_section(struct replay *replay, uint64_t value)
{
    uint32_t found = value ? find_own(replay, value) : 0;

    for (uint32_t i = 0; value && replay->parent && !found && i < replay->lsa->providers_count;
         i++) {
        struct object_key key =
            key_of(replay, replay->lsa->providers[i], SCA_KIND_LSA_SECTION, value);

        found = inherit(replay, &key);
        if (found)
            lsa_forks_share(replay, found);
    }
    return found;
}

bool lsa_stands(const struct replay *replay, uint32_t section)
{
    unsigned state = object_of(replay, section)->state;

    return section &&
           (state == OBJECT_LIVE || state == OBJECT_UNKNOWN || state == OBJECT_INHERITED);
}

bool lsa_is_inherited(const struct replay *replay, uint32_t section)
{
    return section && object_of(replay, section)->levels;
}

uint32_t lsa_memory_at(const struct replay *replay, uint64_t address)
{
    struct object_key key = key_of(replay, 0, SCA_KIND_NONE, address);

    return objects_find_memory(&replay->objects, &key);
}

/* ---- the end of a section ------------------------------------------------------------------- */

static bool is_told_as_implicit(const struct replay *replay, const struct object *block)
{
    return block->incident && replay->incidents[block->incident - 1].rule == RULE_IMPLICIT_RELEASE;
}

void lsa_withdraw_implicit_release(struct replay *replay, struct object *block)
{
    if (!is_told_as_implicit(replay, block))
        return;
    replay->incidents[block->incident - 1].withdrawn = true;
    block->flags &= (uint16_t)~OBJECT_TOLD;
}

/* The one that is under way and never comes back, or NO_EVENT. */
static uint32_t in_flight(const struct replay *replay, const struct object *object)
{
    return object->attempt != NO_EVENT && pending(&replay->trace->events[object->attempt])
               ? object->attempt
               : NO_EVENT;
}

static void end_block(struct replay *replay, uint32_t number, uint32_t event, bool silent)
{
    struct object *block = object_of(replay, number);

    if (in_flight(replay, block) != NO_EVENT) {
        replay_release(replay, number, block->attempt);
        return;
    }
    if (!silent && !(block->flags & (OBJECT_EXCUSED | OBJECT_TOLD))) {
        struct incident *incident = lsa_blame(replay, RULE_IMPLICIT_RELEASE, number, NO_EVENT);

        if (!has_blind_spot(replay->trace, block->provider))
            incident->severity = SEVERITY_WARNING; /* nobody said that it may be left to that */
        incident->events[STORY_RELEASED] = event;
        block->incident = (uint32_t)replay->incidents_count;
    }
    replay_end_with_parent(replay, number, event);
    block->state = OBJECT_RELEASED; /* its story is told */
}

void lsa_end_section(struct replay *replay, uint32_t section, uint32_t event, bool silent)
{
    uint32_t next;

    for (uint32_t block = object_of(replay, section)->child; block; block = next) {
        next = object_of(replay, block)->next;
        end_block(replay, block, event, silent);
    }
    if (is_live(replay, section))
        replay_release(replay, section, event);
    else
        replay_release_elsewhere(replay, section, event);
}

/* Its value is handed out anew: it is gone, and nobody saw how; or by what is under way. */
static void lose_section(struct replay *replay, uint32_t section)
{
    uint32_t deleted = in_flight(replay, object_of(replay, section));
    uint32_t next;

    if (deleted != NO_EVENT) {
        lsa_end_section(replay, section, deleted, true);
        return;
    }
    for (uint32_t block = object_of(replay, section)->child; block; block = next) {
        next = object_of(replay, block)->next;
        replay_lose(replay, block);
    }
    replay_lose(replay, section);
}

/* ---- the beginning -------------------------------------------------------------------------- */

static uint32_t acquire(struct replay *replay, uint32_t number, unsigned kind, uint32_t parent)
{
    const struct trace_event *event = &replay->trace->events[number];
    struct object_key key = key_of(replay, event->provider, kind, event->object);
    uint32_t object =
        replay_acquire(replay, number, &key, objects_find(&replay->objects, &key), parent);

    object_of(replay, object)->incident = replay->lsa->late;
    if (lsa_is_hosts_own(replay, event))
        object_of(replay, object)->flags |= OBJECT_EXCUSED; /* it need not be seen to end it */
    return object;
}

void lsa_new_section(struct replay *replay, uint32_t number)
{
    uint32_t old = find_own(replay, replay->trace->events[number].object);

    uint32_t section;

    if (is_live(replay, old))
        lose_section(replay, old);
    section = acquire(replay, number, SCA_KIND_LSA_SECTION, 0);
    object_of(replay, section)->older = old;
}

void lsa_adopt_section(struct replay *replay, uint32_t number, enum object_state state)
{
    const struct trace_event *event = &replay->trace->events[number];
    struct object_key key = key_of(replay, event->provider, SCA_KIND_LSA_SECTION, event->object);
    struct object *section = object_of(
        replay, objects_new(&replay->objects, &key, objects_find(&replay->objects, &key)));

    section->state = (uint8_t)state;
    if (state == OBJECT_RELEASED)
        section->ended = number;
}

/* A block of ours that the books have at an address that is handed out was given back unseen, or
 * by what is under way. */
void lsa_reissued(struct replay *replay, uint32_t number)
{
    uint32_t old = lsa_memory_at(replay, replay->trace->events[number].object);
    const struct object *block = object_of(replay, old);

    /* That a child had freed it cannot be told any more once another one has its place. */
    if (block->kind == SCA_KIND_LSA_BLOCK && is_told_as_implicit(replay, block))
        lsa_forks_doubt(replay, block->incident, block->parent);
    if (block->state != OBJECT_LIVE || sca_kind_family(block->kind) != SCA_FAMILY_LSA)
        return;
    if (in_flight(replay, block) != NO_EVENT)
        replay_release(replay, old, block->attempt);
    else
        replay_lose(replay, old);
}

void lsa_new_block(struct replay *replay, uint32_t number)
{
    const struct trace_event *event = &replay->trace->events[number];
    uint32_t section = lsa_find_section(replay, event->companion);
    bool stands = lsa_stands(replay, section);
    uint32_t block;

    if (replay->rpc)
        rpc_reissued(replay, number);
    lsa_reissued(replay, number);
    block = acquire(replay, number, SCA_KIND_LSA_BLOCK, stands ? section : 0);
    if (stands)
        objects_join(&replay->objects, block);
    /* Of others it is not known what ends them, and with them their blocks. */
    if (!is_live(replay, section))
        object_of(replay, block)->flags |= OBJECT_EXCUSED;
}

void lsa_new_heap_block(struct replay *replay, uint32_t number)
{
    if (replay->rpc)
        rpc_reissued(replay, number);
    lsa_reissued(replay, number);
    acquire(replay, number, SCA_KIND_LSA_HEAP_BLOCK, 0);
}
