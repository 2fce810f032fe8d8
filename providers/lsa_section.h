/* SPDX-License-Identifier: MIT */
/*
 * Sections: shared memory with an allocator inside. All of its state is in the section itself, in
 * offsets, so that processes which share it work on the same free list, wherever it is mapped:
 *
 *     head: lock, secret, first free block | block | block | ...
 *
 *     block, in units of 16 bytes:  +-------+------+-------+----------+
 *                                   | units | next | check | contents |
 *                                   +-------+------+-------+----------+
 *     next is the next free block by address, 0 at the end, USED in a block that is allocated.
 * check is made of the place of the block, units, next and the secret: nothing that is no block
 * passes for one, nor does one that was overwritten.
 *
 * What is not allocated here, or freed, is refused, and so is a section that is unknown or deleted:
 * a registry has those of this process. All functions may be called by any number of threads.
 */
#ifndef PROVIDERS_LSA_SECTION_H
#define PROVIDERS_LSA_SECTION_H

#include <stdbool.h>
#include <stdint.h>

/* NULL: no memory, nothing asked for, or more at first than at most. The first bytes are the
 * head's. */
void *lsa_section_create(uint32_t max_size, uint32_t initial_size);
/* Zeroed, a block of its own also for 0 bytes; NULL: exhausted, no section, or damaged */
void *lsa_section_allocate(void *section, uint32_t size);
/* False: refused, nothing was touched. NULL is. */
bool lsa_section_free(void *section, void *memory);
/* False: no section, or no longer */
bool lsa_section_delete(void *section);

#endif
