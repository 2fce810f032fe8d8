/* SPDX-License-Identifier: MIT */
#include "objects.h"

#include <stdlib.h>
#include <sys/random.h>

#include "../preload/api.h"
#include "memory.h"

#define FIRST_BITS 10

void objects_init(struct objects *objects)
{
    *objects = (struct objects){.count = 1, .room = 1024, .bits = FIRST_BITS};
    if (getrandom(&objects->multiplier, sizeof objects->multiplier, GRND_NONBLOCK) !=
        sizeof objects->multiplier)
        objects->multiplier = 0xd1342543de82ef95U;
    objects->multiplier |= 1;
    objects->records = xmalloc(objects->room * sizeof *objects->records);
    objects->records[0] = (struct object){0};
    objects->slots = xcalloc((size_t)1 << FIRST_BITS, sizeof *objects->slots);
}

void objects_free(struct objects *objects)
{
    free(objects->records);
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

/* The slot that holds this number, which is in the table. */
static struct object_slot *slot_of(struct objects *objects, uint64_t hash, uint32_t number)
{
    uint64_t i = objects_home(objects, hash);

    while (objects->slots[i].number != number)
        i = objects_step(objects, i);
    return &objects->slots[i];
}

uint32_t objects_new(struct objects *objects, const struct object_key *key, uint32_t old)
{
    uint32_t number = old;

    if (!old || key->kind != SCA_KIND_AUTOALLOCATE || objects->records[old].state == OBJECT_LIVE) {
        GROW(objects->records, objects->count, objects->room);
        number = objects->count++;
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
