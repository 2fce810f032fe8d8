/* SPDX-License-Identifier: MIT */
/*
 * The filter: what free() asks first. For every address of the process it knows in which state the
 * audited block is that begins there, exactly: a two-level bitmap, 4 bits for each 8 bytes (as
 * narrow as jemalloc, tcmalloc and mimalloc lay tiny blocks).
 *
 * Reading takes two loads, whatever is tracked, and never waits. Writing is lock-free: a
 * compare-and-swap that is only repeated when, in between, a neighbour within the same 16 bytes
 * changed its state. Any thread, any signal handler; errno is kept. Memory that was touched for it
 * is never given back.
 */
#ifndef SCA_FILTER_H
#define SCA_FILTER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "export.h"

enum sca_block {
    SCA_BLOCK_NONE,        /* not an audited block, as far as is known */
    SCA_BLOCK_LIVE,        /* handed out */
    SCA_BLOCK_RELEASING,   /* a deallocator of its provider is at work */
    SCA_BLOCK_QUARANTINED, /* given back, and kept from the allocator */
    /* Handed out by a provider that releases its blocks together, and perhaps has several in what
     * it got from the allocator. That it is gone may be seen late. */
    SCA_BLOCK_POOLED
};

#define SCA_FILTER_ROOT_BITS 20 /* addresses have 47 bits, */
#define SCA_FILTER_LEAF_BITS 27 /* of which a leaf covers so many: 8 MiB of states */
#define SCA_FILTER_BYTE_BITS 4  /* and a byte of it so many */

typedef _Atomic(uint8_t) sca_filter_leaf;

/* NULL until the first block: a program without one pays for nothing else. */
extern _Atomic(_Atomic(sca_filter_leaf *) *) sca_filter_root;

/* May a block in another state than NONE begin within the 16 bytes around this address? */
static inline bool sca_filter_may_hold(const void *address)
{
    _Atomic(sca_filter_leaf *) *root = atomic_load_explicit(&sca_filter_root, memory_order_consume);
    uintptr_t value = (uintptr_t)address;
    sca_filter_leaf *leaf;

    if (SCA_LIKELY(!root))
        return false;
    __asm__("" : "+r"(value)); /* gcc would look at the address first, in vain for most */
    if (SCA_UNLIKELY(value >> SCA_FILTER_LEAF_BITS >= 1U << SCA_FILTER_ROOT_BITS))
        return false;
    leaf = atomic_load_explicit(&root[value >> SCA_FILTER_LEAF_BITS], memory_order_consume);
    if (!leaf)
        return false;
    value =
        value >> SCA_FILTER_BYTE_BITS & ((1U << (SCA_FILTER_LEAF_BITS - SCA_FILTER_BYTE_BITS)) - 1);
    return SCA_UNLIKELY(atomic_load_explicit(&leaf[value], memory_order_acquire) != 0);
}

/* The state of the block that begins exactly there. */
enum sca_block sca_filter_get(const void *block);

/* Change it if it is `from`, which is not NONE: true for the one who did. */
bool sca_filter_move(const void *block, enum sca_block from, enum sca_block to);

/* Make it LIVE or POOLED, whatever it was. False: there is no memory for it, or it is no address of
 * a block of memory (not a multiple of 8). */
bool sca_filter_add(const void *block, enum sca_block state);

/* Get the memory for blocks around this address now. */
void sca_filter_prepare(const void *address);

#endif
