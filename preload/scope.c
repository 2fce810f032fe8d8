/* SPDX-License-Identifier: MIT */
#include "scope.h"

#include <dlfcn.h>
#include <stdatomic.h>
#include <stddef.h>

#include "port.h"
#include "real.h"

struct by_name {
    const char *name; /* soname or base name */
    struct sca_object object;
};

static int named(struct dl_phdr_info *info, size_t size, void *data)
{
    struct by_name *wanted = data;
    const char *soname;

    (void)size;
    if (!sca_object_of_headers(info, &wanted->object))
        return 0;
    soname = sca_object_soname(&wanted->object);
    return (soname && sca_same(soname, wanted->name)) ||
           sca_same(sca_base_name(wanted->object.path), wanted->name);
}

/*
 * What the object defines itself, then what those define that it names as NEEDED, then theirs in
 * turn: the loader's order.
 */
static void *search_with_needed(const struct sca_object *first, const char *name)
{
    uintptr_t queue[128] = {first->start};
    size_t count = 1;
    void *symbol = sca_object_symbol(first, name);

    for (size_t at = 0; !symbol && at < count; at++) {
        struct sca_object object;
        const char *needed;

        if (!sca_object_at((const void *)queue[at], &object))
            continue;
        for (size_t i = 0; !symbol && (needed = sca_object_needed(&object, i)); i++) {
            struct by_name next = {.name = sca_base_name(needed)};
            size_t seen = 0;

            if (!dl_iterate_phdr(named, &next) || sca_object_is_ours(&next.object))
                continue;
            symbol = sca_object_symbol(&next.object, name);
            while (seen < count && queue[seen] != next.object.start)
                seen++;
            if (seen == count && count < sizeof queue / sizeof queue[0])
                queue[count++] = next.object.start;
        }
    }
    return symbol;
}

/* Is it this object that had `child` loaded? The first that needs it, and came before it. */
struct loaded_by {
    const struct sca_object *child;
    struct sca_object object;
    bool found;
};

static int needs(struct dl_phdr_info *info, size_t size, void *data)
{
    struct loaded_by *wanted = data;
    const struct sca_object *child = wanted->child;
    const char *soname = sca_object_soname(child);
    const char *needed;

    (void)size;
    if (!sca_object_of_headers(info, &wanted->object))
        return 0;
    if (wanted->object.start == child->start)
        return 1;
    for (size_t i = 0; !wanted->found && (needed = sca_object_needed(&wanted->object, i)); i++) {
        const char *base = sca_base_name(needed);

        wanted->found =
            (soname && sca_same(base, soname)) || sca_same(base, sca_base_name(child->path));
    }
    return wanted->found;
}

/* What the program opened, and the loader then loaded the caller for. */
static struct sca_object opened_for(const struct sca_object *caller)
{
    struct sca_object object = *caller;
    struct loaded_by by;

    do {
        by = (struct loaded_by){.child = &object};
        dl_iterate_phdr(needs, &by);
        if (by.found)
            object = by.object;
    } while (by.found);
    return object;
}

struct search {
    const char *name;
    const struct sca_object *caller;
    void *symbol;
};

/*
 * Objects are bound within what they were opened with, not only to what they need themselves. As a
 * callback, it is done under the lock that unloading takes: other than the caller, what that was
 * opened for may be closed any time.
 */
static int search_scope(struct dl_phdr_info *info, size_t size, void *data)
{
    struct search *search = data;
    struct sca_object opened = opened_for(search->caller);

    (void)info, (void)size;
    search->symbol = search_with_needed(&opened, search->name);
    if (!search->symbol && opened.start != search->caller->start)
        search->symbol = search_with_needed(search->caller, search->name);
    return 1;
}

struct definitions {
    const char *name;
    void *symbol;
    size_t count;
};

static int defines(struct dl_phdr_info *info, size_t size, void *data)
{
    struct definitions *found = data;
    struct sca_object object;
    void *symbol;

    (void)size;
    if (!sca_object_of_headers(info, &object) || sca_object_is_ours(&object))
        return 0;
    symbol = sca_object_symbol(&object, found->name);
    if (symbol)
        found->symbol = symbol;
    found->count += symbol != NULL;
    return found->count > 1;
}

void *sca_scope_start(const char *name)
{
    struct sca_object object;
    void *symbol = NULL;

    for (size_t i = 0; !symbol && sca_object_behind(i, &object); i++)
        if (!sca_object_is_ours(&object))
            symbol = sca_object_symbol(&object, name);
    return symbol;
}

void *sca_scope_behind(const struct sca_object *caller, const char *name)
{
    struct sca_object object;
    void *symbol = NULL;
    bool behind = false;

    for (size_t i = 0; !symbol && sca_object_behind(i, &object); i++) {
        if (behind && !sca_object_is_ours(&object))
            symbol = sca_object_symbol(&object, name);
        behind = behind || object.start == caller->start;
    }
    return symbol;
}

static _Atomic bool some_are_global;

void sca_scope_note_global(void)
{
    atomic_store_explicit(&some_are_global, true, memory_order_relaxed);
}

static void *search_global(const char *name)
{
    void *real = sca_real_dlsym(RTLD_NEXT, name);

    if (!real)
        dlerror(); /* the program did not ask, so it must not hear of it */
    return real;
}

/*
 * The real dlsym takes the loader's lock, and the caller may be awaited by a constructor that runs
 * under it: it is asked first only where the answer may depend on it.
 */
void *sca_scope_find(const char *name, const struct sca_object *caller)
{
    struct definitions found = {.name = name};
    struct search search = {.name = name, .caller = caller};
    void *real = sca_scope_start(name);
    bool asked;

    if (real)
        return real;
    dl_iterate_phdr(defines, &found);
    if (found.count < 2)
        return found.symbol;
    asked = atomic_load_explicit(&some_are_global, memory_order_relaxed);
    if (asked)
        real = search_global(name);
    if (!real && caller && dl_iterate_phdr(search_scope, &search))
        real = search.symbol;
    return real || asked ? real : search_global(name);
}
