// SPDX-License-Identifier: MIT
/*
 * Open addressing with linear probing. A block that goes pulls those behind it forward, so there
 * are no grave stones, and a search ends at the first empty slot.
 */
#include "blocks.h"
#include "memory.h"

enum { FIRST_CAPACITY = 64, MARKED = 1 };

static uintptr_t address_of(uintptr_t slot)
{
    return slot & ~(uintptr_t)MARKED;
}

/* The high bits of a product with 2^64 / golden ratio: what differs anywhere in the address counts.
 */
static size_t home_of(const struct blocks *blocks, uintptr_t address)
{
    return ((uint64_t)address * 0x9e3779b97f4a7c15u >> 32) & (blocks->capacity - 1);
}

/* The slot of an address, or the empty one where the search ended */
static size_t search(const struct blocks *blocks, uintptr_t address)
{
    size_t i = home_of(blocks, address);

    while (blocks->slots[i] && address_of(blocks->slots[i]) != address)
        i = (i + 1) & (blocks->capacity - 1);
    return i;
}

static bool find(const struct blocks *blocks, const void *address, size_t *slot)
{
    if (!blocks->count)
        return false;
    *slot = search(blocks, (uintptr_t)address);
    return blocks->slots[*slot];
}

bool blocks_have_room(const struct blocks *blocks)
{
    return blocks->count < blocks->capacity / 4 * 3;
}

size_t blocks_next_capacity(const struct blocks *blocks)
{
    return blocks->capacity ? blocks->capacity * 2 : FIRST_CAPACITY;
}

uintptr_t *blocks_grow(struct blocks *blocks, uintptr_t *slots, size_t capacity)
{
    struct blocks old = *blocks;

    if (capacity <= old.capacity)
        return slots;
    blocks->slots = slots;
    blocks->capacity = capacity;
    for (size_t i = 0; i < old.capacity; i++)
        if (old.slots[i])
            slots[search(blocks, address_of(old.slots[i]))] = old.slots[i];
    return old.slots;
}

void blocks_add(struct blocks *blocks, void *address)
{
    blocks->slots[search(blocks, (uintptr_t)address)] = (uintptr_t)address;
    blocks->count++;
}

bool blocks_mark(struct blocks *blocks, const void *address)
{
    size_t slot;

    if (!find(blocks, address, &slot) || blocks->slots[slot] & MARKED)
        return false;
    blocks->slots[slot] |= MARKED;
    return true;
}

bool blocks_remove(struct blocks *blocks, const void *address, bool accept_marked)
{
    size_t mask = blocks->capacity - 1, hole, next;

    if (!find(blocks, address, &hole) || (!accept_marked && blocks->slots[hole] & MARKED))
        return false;
    /* One that is at or behind the hole, seen from its home, may fill it. */
    for (next = (hole + 1) & mask; blocks->slots[next]; next = (next + 1) & mask) {
        size_t home = home_of(blocks, address_of(blocks->slots[next]));

        if (((next - home) & mask) >= ((next - hole) & mask)) {
            blocks->slots[hole] = blocks->slots[next];
            hole = next;
        }
    }
    blocks->slots[hole] = 0;
    blocks->count--;
    return true;
}

void blocks_release(struct blocks *blocks)
{
    for (size_t i = 0; i < blocks->capacity; i++)
        if (blocks->slots[i])
            give_back((void *)address_of(blocks->slots[i]));
    give_back(blocks->slots);
}
