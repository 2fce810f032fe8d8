/* SPDX-License-Identifier: MIT */
#include "filter.h"

#include <errno.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "port.h"

#define ROOT_BYTES ((size_t)8 << SCA_FILTER_ROOT_BITS)
#define LEAF_BYTES ((size_t)1 << (SCA_FILTER_LEAF_BITS - SCA_FILTER_BYTE_BITS))

_Atomic(_Atomic(sca_filter_leaf *) *) sca_filter_root;

#define STATE_BITS 4
#define STATE 15U /* what of a byte is the state of one block */

#define PART_OF_SPACE 32

/* Where address space is limited, it is the program's. */
static bool is_small_part(size_t size)
{
    static const __rlimit_resource_t limits[] = {RLIMIT_AS, RLIMIT_DATA};
    struct rlimit limit;

    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        if (getrlimit(limits[i], &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
            limit.rlim_cur / PART_OF_SPACE < size)
            return false;
    return true;
}

/*
 * Address space that costs memory only page by page: no huge pages, and after mlockall(MCL_FUTURE)
 * not all at once.
 */
static void *reserve(size_t size)
{
    int saved = errno;
    void *range = sca_may_call() && is_small_part(size) ? sca_map(size) : NULL;

    if (range) {
        madvise(range, size, MADV_NOHUGEPAGE);
        munlock(range, size);
        madvise(range, size, MADV_DONTNEED);
    }
    errno = saved;
    return range;
}

static _Atomic(sca_filter_leaf *) *root_for_writing(void)
{
    _Atomic(sca_filter_leaf *) *root = atomic_load(&sca_filter_root);
    _Atomic(sca_filter_leaf *) *fresh;

    if (root)
        return root;
    fresh = reserve(ROOT_BYTES);
    if (fresh && atomic_compare_exchange_strong(&sca_filter_root, &root, fresh))
        return fresh;
    if (fresh)
        sca_unmap((void *)fresh, ROOT_BYTES);
    return root;
}

/* Where the state of a block lies. */
struct place {
    sca_filter_leaf *byte; /* NULL: nowhere */
    unsigned shift;
};

static struct place place_in(sca_filter_leaf *leaf, uintptr_t address)
{
    return (struct place){leaf + (address >> SCA_FILTER_BYTE_BITS & (LEAF_BYTES - 1)),
                          (unsigned)(address >> 3 & 1) * STATE_BITS};
}

static struct place find(const void *block)
{
    _Atomic(sca_filter_leaf *) *root = atomic_load_explicit(&sca_filter_root, memory_order_acquire);
    uintptr_t address = (uintptr_t)block;
    sca_filter_leaf *leaf;

    if (!root || address & 7 || address >> (SCA_FILTER_ROOT_BITS + SCA_FILTER_LEAF_BITS))
        return (struct place){NULL, 0};
    leaf = atomic_load_explicit(&root[address >> SCA_FILTER_LEAF_BITS], memory_order_acquire);
    return leaf ? place_in(leaf, address) : (struct place){NULL, 0};
}

static struct place find_or_make(const void *block)
{
    _Atomic(sca_filter_leaf *) *root;
    uintptr_t address = (uintptr_t)block;
    _Atomic(sca_filter_leaf *) *entry;
    sca_filter_leaf *leaf, *fresh;

    if (address & 7 || address >> (SCA_FILTER_ROOT_BITS + SCA_FILTER_LEAF_BITS) ||
        !(root = root_for_writing()))
        return (struct place){NULL, 0};
    entry = &root[address >> SCA_FILTER_LEAF_BITS];
    leaf = atomic_load_explicit(entry, memory_order_acquire);
    if (leaf)
        return place_in(leaf, address);
    fresh = reserve(LEAF_BYTES);
    if (!fresh)
        return (struct place){NULL, 0};
    if (atomic_compare_exchange_strong(entry, &leaf, fresh))
        return place_in(fresh, address);
    sca_unmap((void *)fresh, LEAF_BYTES);
    return place_in(leaf, address);
}

enum sca_block sca_filter_get(const void *block)
{
    struct place place = find(block);

    if (!place.byte)
        return SCA_BLOCK_NONE;
    return (enum sca_block)(atomic_load_explicit(place.byte, memory_order_acquire) >> place.shift &
                            STATE);
}

bool sca_filter_move(const void *block, enum sca_block from, enum sca_block to)
{
    struct place place = find(block);
    uint8_t change = (uint8_t)((from ^ to) << place.shift);
    uint8_t byte;

    if (!place.byte)
        return false;
    byte = atomic_load_explicit(place.byte, memory_order_acquire);
    while ((byte >> place.shift & STATE) == from)
        if (atomic_compare_exchange_weak(place.byte, &byte, byte ^ change))
            return true;
    return false;
}

bool sca_filter_add(const void *block, enum sca_block state)
{
    struct place place = find_or_make(block);
    uint8_t byte;

    if (!place.byte)
        return false;
    byte = atomic_load_explicit(place.byte, memory_order_relaxed);
    while (!atomic_compare_exchange_weak(
        place.byte, &byte,
        (uint8_t)((byte & ~(STATE << place.shift)) | (unsigned)state << place.shift)))
        ;
    return true;
}

void sca_filter_prepare(const void *address)
{
    find_or_make((const void *)((uintptr_t)address & ~(uintptr_t)7));
}
