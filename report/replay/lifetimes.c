/* SPDX-License-Identifier: MIT */
#include "lifetimes.h"

#include <stdlib.h>
#include <string.h>

#include "report/base/memory.h"

static void make_room(struct lifetimes *lifetimes, uint32_t object)
{
    size_t room = lifetimes->objects;

    if (object < room)
        return;
    room = room ? room : 64;
    while (room <= object)
        room *= 2;
    lifetimes->newest = xrealloc(lifetimes->newest, room, sizeof *lifetimes->newest);
    memset(lifetimes->newest + lifetimes->objects, 0,
           (room - lifetimes->objects) * sizeof *lifetimes->newest);
    lifetimes->objects = room;
}

void lifetimes_begin(struct lifetimes *lifetimes, uint32_t object, const struct lifetime *lifetime)
{
    make_room(lifetimes, object);
    GROW(lifetimes->list, lifetimes->count, lifetimes->room);
    lifetimes->list[lifetimes->count++] = *lifetime;
    lifetimes->newest[object] = (uint32_t)lifetimes->count;
}

struct lifetime *lifetimes_find(struct lifetimes *lifetimes, uint32_t object)
{
    return &lifetimes->list[lifetimes->newest[object] - 1];
}

void lifetimes_free(struct lifetimes *lifetimes)
{
    free(lifetimes->list);
    free(lifetimes->newest);
    *lifetimes = (struct lifetimes){0};
}
