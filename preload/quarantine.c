/* SPDX-License-Identifier: MIT */
#include "quarantine.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "allocator.h"
#include "api.h"
#include "company.h"
#include "filter.h"
#include "heap_record.h"
#include "options.h"
#include "port.h"
#include "process.h"

/* Of a block larger than two of these only the first and the last so many bytes are filled. */
#define FILLED 512
/* As a pointer it leads nowhere, as a length it is absurd. */
#define PATTERN UINT64_C(0xDEDEDEDEDEDEDEDE)

/* In plain sight of leak checkers, which look for pointers in our data too. */
static _Atomic(void *) ring[SCA_QUARANTINE_MOST];
static _Atomic uint32_t next; /* counts on and on: where the next block goes */
static _Atomic int64_t bytes; /* a block may be taken out before it was counted */
static uint32_t capacity;     /* 0: none is kept */

/* A forked child finds the pattern in what its parent freed, and reports nothing of it. */
static void forget(void)
{
    for (uint32_t i = 0; i < capacity; i++)
        if (atomic_load_explicit(&ring[i], memory_order_relaxed))
            atomic_store_explicit(&ring[i], NULL, memory_order_relaxed);
    atomic_store(&bytes, 0);
}

/*
 * Blocks go back to the allocator on other threads than they were freed on, in an order that
 * only we know: race detectors would find fault with the program.
 */
void sca_quarantine_start(void)
{
    if (!sca_under_thread_sanitizer() && !sca_under_valgrind())
        capacity = sca_options.quarantine_blocks;
    sca_at_fork(forget);
}

/* ---- the pattern ---------------------------------------------------------------------------- */

/*
 * Blocks begin at multiples of 8, so words are filled, and the odd bytes behind them. The last byte
 * is 0: a freed block ends as a string does, for who reads it as one.
 */
static size_t end_of_head(size_t size)
{
    return size > 2 * (size_t)FILLED ? FILLED : size;
}

static size_t start_of_tail(size_t size)
{
    return size > 2 * (size_t)FILLED ? (size - FILLED) & ~(size_t)7 : size;
}

static void fill_range(uint8_t *block, size_t from, size_t to)
{
    for (; from + 8 <= to; from += 8)
        *(volatile uint64_t *)(void *)(block + from) = PATTERN;
    for (; from < to; from++)
        block[from] = (uint8_t)PATTERN;
}

static void fill(uint8_t *block, size_t size)
{
    fill_range(block, 0, end_of_head(size));
    fill_range(block, start_of_tail(size), size);
    block[size - 1] = 0;
}

static uint8_t expected(size_t at, size_t size)
{
    return at + 1 == size ? 0 : (uint8_t)PATTERN;
}

/* The first byte from `from` up to `to` that is not as it was left; `to` if there is none. */
static size_t first_change(const uint8_t *block, size_t from, size_t to, size_t size)
{
    while (from + 8 < to && *(const uint64_t *)(const void *)(block + from) == PATTERN)
        from += 8;
    while (from < to && block[from] == expected(from, size))
        from++;
    return from;
}

static void check(const uint8_t *block, size_t size)
{
    size_t head = end_of_head(size), tail = start_of_tail(size);
    size_t at = first_change(block, 0, head, size);

    if (at == head)
        at = first_change(block, tail, size, size);
    if (SCA_UNLIKELY(at < size))
        sca_record_damage(block, at);
}

/* ---- keeping -------------------------------------------------------------------------------- */

bool sca_quarantine_drop(const void *block, size_t size)
{
    if (!sca_filter_move(block, SCA_BLOCK_QUARANTINED, SCA_BLOCK_NONE))
        return false;
    atomic_fetch_sub(&bytes, (int64_t)size);
    return true;
}

bool sca_quarantine_take(void *block)
{
    return sca_quarantine_drop(block, sca_usable_size(block));
}

/* Who found it in the ring looks after it; its state tells whether it was taken out meanwhile. */
static void evict(void *block)
{
    size_t size;

    if (sca_filter_get(block) != SCA_BLOCK_QUARANTINED)
        return;
    size = sca_usable_size(block);
    check(block, size);
    if (sca_quarantine_drop(block, size))
        atomic_load_explicit(&sca_real_free, memory_order_relaxed)(block);
}

static bool too_large(int64_t size)
{
    return size > (int64_t)sca_options.quarantine_bytes;
}

/* The oldest are those that the next ones would replace. */
static void make_room(uint32_t newest)
{
    for (uint32_t i = 1; i < capacity && too_large(atomic_load(&bytes)); i++) {
        void *old = atomic_exchange(&ring[(newest + i) % capacity], NULL);

        if (old)
            evict(old);
    }
}

bool sca_quarantine_keep(void *block)
{
    int64_t size = capacity ? (int64_t)sca_usable_size(block) : 0;
    int64_t before;
    uint32_t at;
    void *old;

    if (size == 0 || too_large(size))
        return false;
    fill(block, (size_t)size);
    before = atomic_fetch_add(&bytes, size);
    at = atomic_fetch_add(&next, 1);
    old = atomic_exchange(&ring[at % capacity], block);
    if (old)
        evict(old);
    if (SCA_UNLIKELY(too_large(before + size)))
        make_room(at);
    return true;
}

void sca_quarantine_check(void)
{
    for (uint32_t i = 0; i < capacity; i++) {
        void *block = atomic_exchange(&ring[i], NULL);

        if (block && sca_filter_get(block) == SCA_BLOCK_QUARANTINED)
            check(block, sca_usable_size(block));
    }
}
