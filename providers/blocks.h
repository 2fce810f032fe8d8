/* SPDX-License-Identifier: MIT */
/*
 * The blocks of one environment, found by address in constant time, however many there are. The
 * books are kept beside the blocks: nothing is ever read at, or in front of, an address that is
 * asked about, and no program can damage them by writing past a block.
 *
 * Nothing here locks, allocates or frees: whoever holds the lock of the environment brings new
 * slots along (blocks_grow) and takes away what is no longer needed.
 */
#ifndef PROVIDERS_BLOCKS_H
#define PROVIDERS_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct blocks {
    uintptr_t *slots; /* address, | 1 when marked; 0 is empty */
    size_t capacity;  /* a power of two, or 0 */
    size_t count;
};

bool blocks_have_room(const struct blocks *blocks);
size_t blocks_next_capacity(const struct blocks *blocks);
/* Moves into empty slots; what comes back is to be freed: the old ones, or the new if not needed.
 */
uintptr_t *blocks_grow(struct blocks *blocks, uintptr_t *slots, size_t capacity);
/* There must be room, and the address must not be there. */
void blocks_add(struct blocks *blocks, void *address);
/* False: not there, or marked already */
bool blocks_mark(struct blocks *blocks, const void *address);
/* False: not there, or marked and that is not accepted */
bool blocks_remove(struct blocks *blocks, const void *address, bool accept_marked);
/* Frees all blocks and the slots. */
void blocks_release(struct blocks *blocks);

#endif
