/* SPDX-License-Identifier: MIT */
#include "allocator.h"

#include <errno.h>

#include "generation.h"
#include "port.h"
#include "real.h"
#include "scope.h"

#define SCOPES 256
#define WINDOW 8 /* of these is where a caller is looked for */

static void first_free(void *block);
static void *first_realloc(void *block, size_t size);
static void *first_reallocarray(void *block, size_t count, size_t size);

_Atomic(sca_free_function *) sca_real_free = first_free;
_Atomic(sca_realloc_function *) sca_real_realloc = first_realloc;
_Atomic(sca_reallocarray_function *) sca_real_reallocarray = first_reallocarray;
_Atomic(sca_delete_function *) sca_real_delete[SCA_DELETE_COUNT];

/* An allocator may leave out what is rarely used: then it is libc's, which goes by the others. */
static void *behind_us(const char *name)
{
    void *address = sca_scope_start(name);

    return address ? address : sca_real_other(name);
}

static void first_free(void *block)
{
    sca_free_function *real = (sca_free_function *)behind_us("free");

    atomic_store_explicit(&sca_real_free, real, memory_order_relaxed);
    real(block);
}

static void *first_realloc(void *block, size_t size)
{
    sca_realloc_function *real = (sca_realloc_function *)behind_us("realloc");

    atomic_store_explicit(&sca_real_realloc, real, memory_order_relaxed);
    return real(block, size);
}

static void *first_reallocarray(void *block, size_t count, size_t size)
{
    sca_reallocarray_function *real = (sca_reallocarray_function *)behind_us("reallocarray");

    atomic_store_explicit(&sca_real_reallocarray, real, memory_order_relaxed);
    return real(block, count, size);
}

/* Of the object that defines free(): another one's would not know its blocks. */
static size_t (*find_usable_size(void))(void *)
{
    struct sca_object object;

    for (size_t i = 0; sca_object_behind(i, &object); i++)
        if (!sca_object_is_ours(&object) && sca_object_symbol(&object, "free"))
            return (size_t(*)(void *))sca_object_symbol(&object, "malloc_usable_size");
    return NULL;
}

static size_t unknown_size(void *block)
{
    (void)block;
    return 0;
}

size_t sca_usable_size(void *block)
{
    static _Atomic(size_t(*)(void *)) found;
    size_t (*real)(void *) = atomic_load_explicit(&found, memory_order_relaxed);

    if (SCA_UNLIKELY(!real)) {
        real = find_usable_size();
        if (!real)
            real = unknown_size;
        atomic_store_explicit(&found, real, memory_order_relaxed);
    }
    return real(block);
}

bool sca_realloc_frees(void)
{
    struct sca_object object;
    const char *soname;

    if (!sca_object_at(sca_scope_start("realloc"), &object))
        return false;
    soname = sca_object_soname(&object);
    return soname && sca_same(soname, "libc.so.6");
}

bool sca_allocator_is_watched(struct sca_object *before)
{
    for (size_t i = 0; sca_object_at_start(i, before); i++) {
        if (sca_object_is_ours(before))
            return true;
        if (sca_object_symbol(before, "free"))
            return false;
    }
    return true;
}

/* ---- operator delete ------------------------------------------------------------------------ */

static const char *const deletes[SCA_DELETE_COUNT] = {
#define SCA_X(symbol, row) #symbol,
    SCA_DELETES(SCA_X)
#undef SCA_X
};

/*
 * In a C program each plugin brings its C++ library, perhaps its own operator delete: what callers
 * got, by their object and what was unloaded so far.
 */
static struct scope {
    _Atomic uintptr_t start; /* of the caller's object; 0: free, 1: being filled */
    _Atomic uint32_t generation;
    _Atomic(sca_delete_function *) real[SCA_DELETE_COUNT];
} scopes[SCOPES];

static struct scope *slot_of(const struct sca_object *caller, size_t i)
{
    return &scopes[(caller->start / SCA_PAGE + i) % SCOPES];
}

static bool is_of(const struct scope *scope, const struct sca_object *caller, uint32_t generation)
{
    return atomic_load(&scope->start) == caller->start &&
           atomic_load(&scope->generation) == generation;
}

static sca_delete_function *known(enum sca_delete variant, const struct sca_object *caller,
                                  uint32_t generation)
{
    for (size_t i = 0; i < WINDOW; i++) {
        const struct scope *scope = slot_of(caller, i);
        sca_delete_function *real;

        if (!is_of(scope, caller, generation))
            continue;
        real = atomic_load(&scope->real[variant]);
        /* Nobody has filled it anew meanwhile. */
        return is_of(scope, caller, generation) ? real : NULL;
    }
    return NULL;
}

/* The one that is the caller's, else one that is free or outdated, else the first. */
static struct scope *slot_for(const struct sca_object *caller, uint32_t generation)
{
    struct scope *unused = NULL;

    for (size_t i = 0; i < WINDOW; i++) {
        struct scope *scope = slot_of(caller, i);

        if (is_of(scope, caller, generation))
            return scope;
        if (!unused && atomic_load(&scope->start) != 1 &&
            (!atomic_load(&scope->start) || atomic_load(&scope->generation) != generation))
            unused = scope;
    }
    return unused ? unused : slot_of(caller, 0);
}

static void remember(enum sca_delete variant, const struct sca_object *caller, uint32_t generation,
                     sca_delete_function *real)
{
    struct scope *scope = slot_for(caller, generation);
    uintptr_t start = atomic_load(&scope->start);
    bool same = is_of(scope, caller, generation);

    if (start == 1 || !atomic_compare_exchange_strong(&scope->start, &start, 1))
        return;
    for (size_t i = 0; !same && i < SCA_DELETE_COUNT; i++)
        atomic_store(&scope->real[i], NULL);
    atomic_store(&scope->generation, generation);
    atomic_store(&scope->real[variant], real);
    atomic_store(&scope->start, caller->start);
}

sca_delete_function *sca_find_delete(enum sca_delete variant, const void *caller)
{
    const char *name = deletes[variant];
    int saved = errno;
    uint32_t generation = sca_generation();
    struct sca_object object;
    bool is_object = sca_object_at(caller, &object);
    sca_delete_function *real = is_object ? known(variant, &object, generation) : NULL;

    if (SCA_LIKELY(real))
        return real;
    real = (sca_delete_function *)sca_scope_start(name);
    if (real) { /* for everybody */
        atomic_store_explicit(&sca_real_delete[variant], real, memory_order_relaxed);
        return real;
    }
    real = (sca_delete_function *)sca_scope_find(name, is_object ? &object : NULL);
    if (!real) /* which is what it does by default */
        real = (sca_delete_function *)behind_us("free");
    if (is_object)
        remember(variant, &object, generation, real);
    errno = saved;
    return real;
}
