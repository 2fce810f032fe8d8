/* SPDX-License-Identifier: MIT */
#include "objects.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "report/base/memory.h"

#define FIRST_BITS 10

/* Each record begins a cache line: where realloc() puts the memory, only some do. */
static void make_room(struct objects *objects, uint32_t room)
{
    size_t size = sizeof *objects->records;
    size_t old = objects->memory ? (size_t)((char *)objects->records - (char *)objects->memory) : 0;
    size_t skipped;

    objects->memory = xrealloc(objects->memory, (size_t)room + 1, size);
    skipped = -(uintptr_t)objects->memory % size;
    if (skipped != old)
        memmove((char *)objects->memory + skipped, (char *)objects->memory + old,
                objects->room * size);
    objects->records = (struct object *)((char *)objects->memory + skipped);
    objects->room = room;
}

void objects_init(struct objects *objects)
{
    *objects = (struct objects){.count = 1, .bits = FIRST_BITS};
    if (getrandom(&objects->multiplier, sizeof objects->multiplier, GRND_NONBLOCK) !=
        sizeof objects->multiplier)
        objects->multiplier = 0xd1342543de82ef95U;
    objects->multiplier |= 1;
    make_room(objects, 1024);
    objects->records[0] = (struct object){0};
    objects->slots = xcalloc((size_t)1 << FIRST_BITS, sizeof *objects->slots);
}

void objects_free(struct objects *objects)
{
    free(objects->memory);
    free(objects->slots);
}

static void put(struct objects *objects, uint64_t hash, uint32_t number)
{
    uint64_t i = objects_home(objects, hash);

    while (objects->slots[i].number)
        i = objects_step(objects, i);
    objects->slots[i] = (struct object_slot){(uint32_t)hash, number};
}

static void grow(struct objects *objects)
{
    struct object_slot *old = objects->slots;
    size_t count = (size_t)1 << objects->bits;

    objects->bits++;
    objects->slots = xcalloc(2 * count, sizeof *objects->slots);
    for (size_t i = 0; i < count; i++) {
        const struct object *object = &objects->records[old[i].number];

        if (old[i].number)
            put(objects, objects_key(objects, object->provider, object->kind, object->value).hash,
                old[i].number);
    }
    free(old);
}

/* Is `a`, a block like `b` and at the same address, a better answer to what lies there? */
static bool is_newer(const struct object *a, const struct object *b)
{
    if ((a->state == OBJECT_LIVE) != (b->state == OBJECT_LIVE))
        return a->state == OBJECT_LIVE;
    if (a->ended != b->ended)
        return a->ended > b->ended;   /* NO_EVENT: it has not ended */
    return a->acquired > b->acquired; /* by who had it from the other */
}

uint32_t objects_find_memory(const struct objects *objects, const struct object_key *key)
{
    uint32_t found = 0;

    for (uint64_t i = objects_home(objects, key->hash);; i = objects_step(objects, i)) {
        const struct object_slot *slot = &objects->slots[i];
        const struct object *object = &objects->records[slot->number];

        if (!slot->number)
            return found;
        if (slot->tag == (uint32_t)key->hash && object->value == key->value &&
            sca_is_memory(object->kind) && (!found || is_newer(object, &objects->records[found])))
            found = slot->number;
    }
}

/* The slot that holds this number, which is in the table. */
static struct object_slot *slot_of(struct objects *objects, uint64_t hash, uint32_t number)
{
    uint64_t i = objects_home(objects, hash);

    while (objects->slots[i].number != number)
        i = objects_step(objects, i);
    return &objects->slots[i];
}

/* Is its story over, and does nothing refer to it? */
static bool is_over(const struct object *object)
{
    return (sca_is_memory(object->kind) || sca_nests(object->kind)) &&
           object->state != OBJECT_LIVE && object->state != OBJECT_ENDED;
}

static uint32_t unused_record(struct objects *objects)
{
    uint32_t number = objects->spare;

    if (number) {
        objects->spare = objects->records[number].next;
        return number;
    }
    if (objects->count == objects->room)
        make_room(objects, 2 * objects->room);
    return objects->count++;
}

uint32_t objects_new(struct objects *objects, const struct object_key *key, uint32_t old)
{
    uint32_t number = old;

    if (!old || !is_over(&objects->records[old])) {
        number = unused_record(objects);
        if (old) {
            slot_of(objects, key->hash, old)->number = number;
        } else {
            put(objects, key->hash, number);
            objects->used++;
        }
    }
    objects->records[number] = (struct object){.value = key->value,
                                               .acquired = NO_EVENT,
                                               .ended = NO_EVENT,
                                               .attempt = NO_EVENT,
                                               .provider = (uint16_t)key->provider,
                                               .kind = (uint8_t)key->kind};
    if (objects->used > ((size_t)1 << objects->bits) / 3 * 2)
        grow(objects);
    return number;
}

void objects_uncover(struct objects *objects, uint32_t number, uint32_t older)
{
    struct object *object = &objects->records[number];
    struct object_key key = objects_key(objects, object->provider, object->kind, object->value);

    slot_of(objects, key.hash, number)->number = older;
    if (is_over(object)) {
        object->next = objects->spare;
        objects->spare = number;
    }
}

void objects_join(struct objects *objects, uint32_t number)
{
    struct object *records = objects->records;
    struct object *block = &records[number];

    block->previous = 0;
    block->next = records[block->parent].child;
    if (block->next)
        records[block->next].previous = number;
    records[block->parent].child = number;
}

void objects_leave(struct objects *objects, uint32_t number)
{
    struct object *records = objects->records;
    struct object *block = &records[number];

    if (block->previous)
        records[block->previous].next = block->next;
    else
        records[block->parent].child = block->next;
    if (block->next)
        records[block->next].previous = block->previous;
    block->previous = block->next = 0;
}
