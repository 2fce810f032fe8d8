/* SPDX-License-Identifier: MIT */
/*
 * free(), realloc() and operator delete. Nearly every block they are given is none of ours: the
 * filter tells so in a few instructions, and the call goes on to the allocator as it came. What is
 * recorded is an audited block that is given to them instead of to its own deallocator, or again.
 *
 * Without a record nothing is done differently from what the allocator would do.
 */
#include "heap.h"

#include <errno.h>
#include <stddef.h>

#include "allocator.h"
#include "export.h"
#include "filter.h"
#include "heap_record.h"
#include "options.h"
#include "port.h"
#include "process.h"
#include "providers.h"
#include "quarantine.h"
#include "release.h"
#include "scope.h"

/* Inlined, they would have the fast path save registers. */
#define OUT_OF_LINE __attribute__((noinline))

/* Recording may have stopped for a seccomp filter, which forbids reading the clock as well. */
static uint64_t now(void)
{
    return sca_process_is_on() ? sca_now() : 0;
}

/* What a call finds is settled once it has changed the block's state; else it looks again. */
enum outcome { AGAIN, GO_ON, DONE };

/* To the quarantine, by the one who has just made it QUARANTINED. */
static enum outcome keep(void *block)
{
    if (sca_quarantine_keep(block))
        return DONE;
    sca_filter_move(block, SCA_BLOCK_QUARANTINED, SCA_BLOCK_NONE);
    return GO_ON;
}

/* An audited block is given to the allocator by who should not. */
static enum outcome free_wrongly(enum sca_fn fn, void *block, enum sca_block state,
                                 const void *caller)
{
    uint64_t enter = now(); /* before the others can see it */
    unsigned flags = state == SCA_BLOCK_RELEASING ? SCA_CALL_RELEASING : 0;
    struct sca_heap_record record;
    enum outcome outcome = GO_ON;

    if (!sca_filter_move(block, state, SCA_BLOCK_QUARANTINED))
        return AGAIN;
    record = sca_record_free(fn, 0, block, enter, flags, caller);
    if (record.record)
        outcome = keep(block);
    else
        sca_filter_move(block, SCA_BLOCK_QUARANTINED, SCA_BLOCK_NONE);
    sca_record_freed(&record, 0);
    return outcome;
}

/* By the deallocator of the block's provider; LIVE again if another call of that has failed. */
static enum outcome free_rightly(void *block, enum sca_block state)
{
    if (!sca_filter_move(block, state, SCA_BLOCK_QUARANTINED))
        return AGAIN;
    sca_release_seen();
    return keep(block);
}

/* What a provider had that releases its blocks together: by itself, or by who should not. Whether
 * there is a block at all is for the allocator to say, which goes on. */
static enum outcome free_pooled(enum sca_fn fn, void *block, const void *caller)
{
    uint64_t enter = now();
    struct sca_heap_record record;

    if (!sca_filter_move(block, SCA_BLOCK_POOLED, SCA_BLOCK_NONE))
        return AGAIN;
    if (sca_release_awaits(block)) {
        sca_release_seen();
    } else if (!sca_is_rpc_provider(caller)) {
        record = sca_record_free(fn, 0, block, enter, 0, caller);
        sca_record_freed(&record, 0);
    }
    return GO_ON;
}

/* By somebody else while a deallocator is at work. */
static enum outcome free_releasing(enum sca_fn fn, void *block, const void *caller)
{
    /* It may have been freed unseen already, and be the caller's own by now. */
    if (!sca_release_sees_all())
        return sca_filter_move(block, SCA_BLOCK_RELEASING, SCA_BLOCK_NONE) ? GO_ON : AGAIN;
    return free_wrongly(fn, block, SCA_BLOCK_RELEASING, caller);
}

/* As it would have ended: freed before, and once more by the caller. */
static enum outcome free_twice(void *block)
{
    if (!sca_quarantine_take(block))
        return AGAIN;
    atomic_load_explicit(&sca_real_free, memory_order_relaxed)(block);
    return GO_ON;
}

static enum outcome free_again(enum sca_fn fn, void *block, const void *caller)
{
    uint64_t enter = now();
    unsigned flags = SCA_CALL_QUARANTINED | (sca_options.absorb ? SCA_CALL_ABSORBED : 0);
    struct sca_heap_record record;

    if (sca_release_awaits(block)) { /* that call's record tells of it */
        sca_release_seen();
        return sca_options.absorb ? DONE : free_twice(block);
    }
    record = sca_record_free(fn, 0, block, enter, flags, caller);
    if (!record.record || !sca_options.absorb)
        return free_twice(block);
    sca_record_freed(&record, 0);
    return DONE;
}

/* True: it was dealt with, false: to be given to the allocator. */
static bool dealt_with(enum sca_fn fn, void *block, const void *caller)
{
    enum outcome outcome;

    do {
        switch (sca_filter_get(block)) {
        case SCA_BLOCK_LIVE:
            outcome = sca_release_awaits(block) ? free_rightly(block, SCA_BLOCK_LIVE)
                                                : free_wrongly(fn, block, SCA_BLOCK_LIVE, caller);
            break;
        case SCA_BLOCK_RELEASING:
            outcome = sca_release_awaits(block) ? free_rightly(block, SCA_BLOCK_RELEASING)
                                                : free_releasing(fn, block, caller);
            break;
        case SCA_BLOCK_QUARANTINED:
            outcome = free_again(fn, block, caller);
            break;
        case SCA_BLOCK_POOLED:
            outcome = free_pooled(fn, block, caller);
            break;
        default: /* a neighbour's */
            outcome = GO_ON;
        }
    } while (outcome == AGAIN);
    return outcome == DONE;
}

static OUT_OF_LINE void free_audited(void *block, const void *caller)
{
    if (!dealt_with(SCA_FN_free, block, caller))
        atomic_load_explicit(&sca_real_free, memory_order_relaxed)(block);
}

SCA_EXPORT void free(void *block);
void free(void *block)
{
    if (SCA_UNLIKELY(sca_filter_may_hold(block)))
        free_audited(block, __builtin_return_address(0));
    else
        atomic_load_explicit(&sca_real_free, memory_order_relaxed)(block);
}

/* Also before the real one is known. */
static OUT_OF_LINE void delete_audited(void *block, uintptr_t a, uintptr_t b,
                                       enum sca_delete variant, enum sca_fn fn, const void *caller)
{
    sca_delete_function *real = atomic_load(&sca_real_delete[variant]);

    if (dealt_with(fn, block, caller))
        return;
    if (!real)
        real = sca_find_delete(variant, caller);
    real(block, a, b);
}

#define DELETE(symbol, row)                                                                        \
    SCA_EXPORT void symbol(void *block, uintptr_t a, uintptr_t b);                                 \
    void symbol(void *block, uintptr_t a, uintptr_t b)                                             \
    {                                                                                              \
        sca_delete_function *real =                                                                \
            atomic_load_explicit(&sca_real_delete[SCA_DELETE_##symbol], memory_order_relaxed);     \
                                                                                                   \
        if (SCA_UNLIKELY(!real) || SCA_UNLIKELY(sca_filter_may_hold(block)))                       \
            delete_audited(block, a, b, SCA_DELETE_##symbol, SCA_FN_##row,                         \
                           __builtin_return_address(0));                                           \
        else                                                                                       \
            real(block, a, b);                                                                     \
    }
SCA_DELETES(DELETE)

/* ---- realloc -------------------------------------------------------------------------------- */

struct reallocation {
    enum sca_fn fn;
    void *block;
    size_t count, size; /* count: of reallocarray */
    const void *caller;
};

static void *reallocate(const struct reallocation *call, void *block)
{
    if (call->fn == SCA_FN_reallocarray)
        return atomic_load_explicit(&sca_real_reallocarray,
                                    memory_order_relaxed)(block, call->count, call->size);
    return atomic_load_explicit(&sca_real_realloc, memory_order_relaxed)(block, call->size);
}

static bool is_of_zero_bytes(const struct reallocation *call)
{
    return call->size == 0 || (call->fn == SCA_FN_reallocarray && call->count == 0);
}

/* The result is the program's own; when there is none, the block is what it was. */
static void *reallocate_live(const struct reallocation *call, enum sca_block state, bool *again)
{
    uint64_t enter = now();
    struct sca_heap_record record;
    void *result;
    int error;

    *again = !sca_filter_move(call->block, state, SCA_BLOCK_NONE);
    if (*again)
        return NULL;
    record = sca_record_free(call->fn, 0, call->block, enter, 0, call->caller);
    result = reallocate(call, call->block);
    error = errno;
    if (!result && !is_of_zero_bytes(call)) {
        sca_filter_add(call->block, state);
        sca_record_freed(&record, error ? (uint64_t)error : ENOMEM);
    } else {
        sca_record_freed(&record, (uint64_t)result);
    }
    errno = error;
    return result;
}

/* The block is gone, so this asks for a new one. */
static void *reallocate_again(const struct reallocation *call, bool *again)
{
    enum outcome outcome = free_again(call->fn, call->block, call->caller);

    *again = outcome == AGAIN;
    if (outcome == DONE)
        return reallocate(call, NULL);
    return *again ? NULL : reallocate(call, call->block);
}

static void *reallocate_audited(const struct reallocation *call)
{
    void *result;
    enum sca_block state;
    bool again;

    if (is_of_zero_bytes(call) && sca_realloc_frees())
        return dealt_with(call->fn, call->block, call->caller) ? NULL
                                                               : reallocate(call, call->block);
    do {
        state = sca_filter_get(call->block);
        switch (state) {
        case SCA_BLOCK_LIVE:
            result = reallocate_live(call, state, &again);
            break;
        case SCA_BLOCK_QUARANTINED:
            result = reallocate_again(call, &again);
            break;
        case SCA_BLOCK_POOLED:
            if (sca_is_rpc_provider(call->caller))
                return reallocate(call, call->block);
            result = reallocate_live(call, state, &again);
            break;
        case SCA_BLOCK_RELEASING: /* by a deallocator, or it is the caller's own by now */
            sca_filter_move(call->block, SCA_BLOCK_RELEASING, SCA_BLOCK_NONE);
            again = true;
            break;
        default:
            return reallocate(call, call->block);
        }
    } while (again);
    return result;
}

static OUT_OF_LINE void *realloc_audited(void *block, size_t size, const void *caller)
{
    return reallocate_audited(&(struct reallocation){SCA_FN_realloc, block, 0, size, caller});
}

SCA_EXPORT void *realloc(void *block, size_t size);
void *realloc(void *block, size_t size)
{
    if (SCA_UNLIKELY(sca_filter_may_hold(block)))
        return realloc_audited(block, size, __builtin_return_address(0));
    return atomic_load_explicit(&sca_real_realloc, memory_order_relaxed)(block, size);
}

/* What cannot be multiplied fails without having looked at the block. */
static OUT_OF_LINE void *reallocarray_audited(void *block, size_t count, size_t size,
                                              const void *caller)
{
    size_t total;

    if (__builtin_mul_overflow(count, size, &total))
        return atomic_load(&sca_real_reallocarray)(block, count, size);
    return reallocate_audited(
        &(struct reallocation){SCA_FN_reallocarray, block, count, size, caller});
}

SCA_EXPORT void *reallocarray(void *block, size_t count, size_t size);
void *reallocarray(void *block, size_t count, size_t size)
{
    if (SCA_UNLIKELY(sca_filter_may_hold(block)))
        return reallocarray_audited(block, count, size, __builtin_return_address(0));
    return atomic_load_explicit(&sca_real_reallocarray, memory_order_relaxed)(block, count, size);
}

/* ---- for other objects ---------------------------------------------------------------------- */

static const struct {
    const char *name;
    void *hook;
} hooks[] = {
    {"free", (void *)free}, {"realloc", (void *)realloc}, {"reallocarray", (void *)reallocarray}};

static size_t index_of(const char *name)
{
    size_t i = 0;

    while (i < sizeof hooks / sizeof *hooks && !sca_same(hooks[i].name, name))
        i++;
    return i;
}

bool sca_is_heap_name(const char *name)
{
    return index_of(name) < sizeof hooks / sizeof *hooks;
}

void *sca_heap_hook(const char *name, const void *real)
{
    struct sca_object before;

    return sca_scope_start(name) == real && sca_allocator_is_watched(&before)
               ? hooks[index_of(name)].hook
               : NULL;
}
