/* SPDX-License-Identifier: MIT */
/*
 * Known stacks lie in a chain of hash tables, each four times as large as the one before. A stack
 * belongs into the first table whose window of WINDOW slots for its hash still has a free one.
 * Nothing is ever removed, so a search may stop at the first free slot it meets: that is where the
 * stack would be. A slot is claimed by its hash (compare and swap) and usable once its number is
 * stored; whoever meets a claimed slot without a number writes the stack a second time under
 * another number, which costs space and nothing else. Equal means equal 64-bit hash of all return
 * addresses and the number of unloaded objects. A number counts for the process that stored it:
 * a signal handler may fork in the middle, and the child finish what its parent began.
 */
#include "stacks.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>

#include "elf_object.h"
#include "export.h"
#include "modules.h"
#include "options.h"
#include "port.h"
#include "process.h"
#include "stack_room.h"
#include "unwinder.h"

#define TABLES 6
#define FIRST_SLOTS 4096u
#define WINDOW 8u
#define OWN_FRAMES 8 /* at most that many frames of ours lie on top */

struct slot {
    _Atomic uint64_t hash;   /* 0: free */
    _Atomic uint64_t number; /* bits 0..31; 32..63: the token of the process whose trace has it */
};

static _Atomic(struct slot *) tables[TABLES];
static _Atomic uint32_t numbers;
static struct sca_object own;

static size_t slots_of(unsigned table)
{
    return (size_t)FIRST_SLOTS << (2 * table);
}

/* Not unmapped: the fork may have been made by a signal handler that interrupted a search. */
static void forget(void)
{
    for (unsigned i = 0; i < TABLES; i++)
        atomic_store(&tables[i], NULL);
    atomic_store(&numbers, 0);
    sca_unwinder_distrust();
}

void sca_stacks_start(void)
{
    sca_object_at(&tables, &own);
    sca_at_fork(forget);
    sca_stack_room_start();
}

/* ---- capturing ------------------------------------------------------------------------------ */

static bool is_own(const void *address)
{
    return (uintptr_t)address >= own.start && (uintptr_t)address < own.end;
}

/*
 * At most `depth` return addresses from `caller` outwards, in the returned part of `frames`.
 * *truncated: there may be more, or the unwinder lost its way before it reached `caller`.
 */
static void **capture(void *frames[SCA_MAX_FRAMES + OWN_FRAMES], int depth, const void *caller,
                      uint32_t generation, int *kept, uint32_t *truncated)
{
    int count = sca_unwind(frames, depth + OWN_FRAMES, generation);
    int first = 0;

    *truncated = count == depth + OWN_FRAMES;
    while (first < count && is_own(frames[first]))
        first++;
    /* Whoever came by a sibling call out of a function that we had called has left no frame. */
    if (first == count || (frames[first] != caller && !is_own(caller))) {
        frames[0] = (void *)(uintptr_t)caller;
        *truncated = 1;
        *kept = 1;
        return frames;
    }
    *kept = count - first;
    if (*kept > depth) {
        *kept = depth;
        *truncated = 1;
    }
    return frames + first;
}

/* ---- known stacks --------------------------------------------------------------------------- */

static uint64_t hash_of(void *const *frames, int count, uint32_t generation)
{
    uint64_t hash = 0x9e3779b97f4a7c15U ^ generation;

    for (int i = 0; i < count; i++) {
        hash = (hash ^ (uintptr_t)frames[i]) * 0xff51afd7ed558ccdU;
        hash ^= hash >> 32;
    }
    return hash ? hash : 1;
}

static struct slot *table_at(unsigned index)
{
    struct slot *table = atomic_load_explicit(&tables[index], memory_order_acquire);

    if (SCA_UNLIKELY(!table)) {
        size_t size = (slots_of(index) + WINDOW) * sizeof *table;
        struct slot *fresh = sca_map(size);

        if (fresh && atomic_compare_exchange_strong(&tables[index], &table, fresh))
            return fresh;
        if (fresh)
            sca_unmap(fresh, size);
    }
    return table;
}

void sca_stacks_grow_ahead(void)
{
    table_at(0);
    table_at(1);
}

/*
 * The number of a known stack, or 0; then *claimed is the slot where the caller has to store the
 * number, or NULL if the stack is to be written without being remembered.
 */
static uint32_t find(uint64_t hash, uint64_t token, struct slot **claimed)
{
    *claimed = NULL;
    for (unsigned i = 0; i < TABLES; i++) {
        struct slot *table = table_at(i);

        if (!table)
            return 0;
        for (struct slot *slot = table + hash % slots_of(i), *end = slot + WINDOW; slot < end;
             slot++) {
            uint64_t there = atomic_load_explicit(&slot->hash, memory_order_acquire);

            if (there == 0 && atomic_compare_exchange_strong(&slot->hash, &there, hash)) {
                *claimed = slot;
                return 0;
            }
            if (there == hash) {
                uint64_t number = atomic_load_explicit(&slot->number, memory_order_acquire);

                return number >> 32 == (uint32_t)token ? (uint32_t)number : 0;
            }
        }
    }
    return 0;
}

/* As many of the frames as are known for certain. */
static int certain(void *const *frames, int count)
{
    for (int i = 0; i < count; i++)
        if (!sca_unwind_is_sure(frames[i]))
            return i + 1;
    return count;
}

/* Our frames in between, where one provider called another, are not the program's. */
static int without_own(void *const *frames, int count)
{
    int others = 0;

    for (int i = 0; i < count; i++)
        others += !is_own(frames[i]);
    return others;
}

/* Modules may be written in between, which does not harm a record that is still reserved. */
static uint32_t write_stack(struct sca_thread *thread, void *const *frames, int count,
                            uint32_t generation, uint32_t truncated)
{
    int kept = count > 1 ? certain(frames, count) : count;
    int others = without_own(frames, kept);
    uint64_t length = sizeof(struct sca_stack_record) + (uint64_t)others * sizeof(struct sca_frame);
    struct sca_stack_record *record = sca_reserve(&thread->cursor, length);
    struct sca_frame *resolved;
    uint64_t token = thread->token;
    uint32_t number;

    if (!record)
        return 0;
    resolved = (struct sca_frame *)(record + 1);
    for (int i = 0; i < kept; i++) {
        if (is_own(frames[i]))
            continue;
        /* The call, not what follows it: a call may be the last instruction of its object. */
        resolved->module =
            sca_module_at(thread, (uintptr_t)frames[i] - 1, generation, &resolved->offset);
        resolved->offset++;
        resolved->zero = 0;
        resolved++;
    }
    number = atomic_fetch_add(&numbers, 1) + 1;
    record->stack = number;
    record->count = (uint32_t)others;
    record->generation = generation;
    record->truncated = truncated || !sca_unwind_is_sure(frames[kept - 1]);
    return sca_thread_commit(token, record, SCA_REC_STACK, length) ? number : 0;
}

static uint32_t number_of(struct sca_thread *thread, void *const *frames, int count,
                          uint32_t generation, uint32_t truncated)
{
    uint64_t token = thread->token;
    struct slot *claimed;
    uint32_t number = find(hash_of(frames, count, generation), token, &claimed);

    if (number)
        return number;
    number = write_stack(thread, frames, count, generation, truncated);
    if (claimed)
        atomic_store_explicit(&claimed->number, token << 32 | number, memory_order_release);
    return number;
}

/* Apart, so that a small stack need not hold the frames either. */
__attribute__((noinline)) static uint32_t whole_stack(struct sca_thread *thread, const void *caller,
                                                      uint32_t generation)
{
    void *raw[SCA_MAX_FRAMES + OWN_FRAMES];
    uint32_t truncated;
    int count;
    void **frames = capture(raw, (int)sca_options.depth, caller, generation, &count, &truncated);

    return number_of(thread, frames, count, generation, truncated);
}

uint32_t sca_stack_here(struct sca_thread *thread, const void *caller, uint32_t generation)
{
    int saved = errno;
    void *only = (void *)(uintptr_t)caller;
    uint32_t number = SCA_LIKELY(sca_stack_room()) ? whole_stack(thread, caller, generation)
                                                   : number_of(thread, &only, 1, generation, 1);

    errno = saved;
    return number;
}
