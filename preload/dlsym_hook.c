/* SPDX-License-Identifier: MIT */
/*
 * What dlsym and dlvsym ask first. Most look-ups are not ours and leave after one
 * comparison.
 */
#include "hooks.h"

#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>

#include "api.h"
#include "deepbind.h"
#include "elf_object.h"
#include "export.h"
#include "heap.h"
#include "lsa.h"
#include "lsa_entry.h"
#include "providers.h"
#include "provides.h"
#include "real.h"
#include "recording.h"
#include "trampolines.h"
#include "scope.h"
#include "start.h"
#include "unwinder.h"

/* All names that are asked for start so; the pages of a shorter one end where its NUL does. */
static bool is_candidate(const char *name)
{
    switch (name[0]) {
    case 'S':
        return (name[1] == 'C' && name[2] == 'a' && name[3] == 'r' && name[4] == 'd') ||
               (name[1] == 'p' && name[2] == 'L' && name[3] == 's' && name[4] == 'a');
    case 'R':
        return name[1] == 'p' && name[2] == 'c' && name[3] == 'S';
    case 'r':
        return name[1] == 'p' && name[2] == 'c' && name[3] == '_' && name[4] == 's';
    case 'W':
        return name[1] == 'T' && name[2] == 'S';
    case 'm':
        return name[1] == 'i' && name[2] == 'd' && name[3] == 'l' && name[4] == '_';
    case 'M':
        return name[1] == 'I' && name[2] == 'D' && name[3] == 'L' && name[4] == '_';
    default:
        return false;
    }
}

/* free() and its like, found in libc by who names it. */
static bool may_give_memory_back(const char *name)
{
    return (name[0] == 'f' || name[0] == 'r') && sca_is_heap_name(name);
}

/* Not for another allocator, which means to go on to libc. */
static void *heap_hook(void *real, const char *name, const void *caller)
{
    struct sca_object object;

    return real && sca_object_at(caller, &object) && !sca_object_symbol(&object, name)
               ? sca_heap_hook(name, real)
               : NULL;
}

/* What a provider looks up of its own: pcsc-lite does so. WinPR is a client of it. */
static bool is_own_affair(const struct sca_function *row, const void *caller)
{
    struct sca_object object;

    if (row->family == SCA_FAMILY_PCSC)
        return sca_is_pcsclite(caller);
    return sca_object_at(caller, &object) && sca_object_provides(&object, row->family);
}

static void *audited(void *real, const struct sca_function *row, const void *caller)
{
    enum sca_fn fn = (enum sca_fn)(row - sca_functions);
    unsigned slot;

    if (!real || !sca_start() || is_own_affair(row, caller) || !sca_provider_bind(fn, real, &slot))
        return NULL;
    sca_unwinder_load();
    sca_recording_open();
    return sca_trampoline(slot, fn);
}

static void *replacement(void *real, const char *name, const void *caller)
{
    const struct sca_function *row = sca_provided_by_name(name);

    if (row)
        return audited(real, row, caller);
    return sca_is_lsa_entry(name) ? sca_lsa_hook(real) : heap_hook(real, name, caller);
}

/* What such a look-up finds depends on who asks, so that we cannot ask in its place. */
static bool is_relative(const void *handle)
{
    return handle == RTLD_NEXT || handle == RTLD_DEFAULT;
}

static bool is_wanted(const void *handle, const char *name)
{
    return name && (is_candidate(name) || (may_give_memory_back(name) && !is_relative(handle)));
}

/* What RTLD_NEXT finds for an object of the start that comes after us, as one that logs calls and
 * passes them on. A provider's own look-ups are its own affair. */
static void *next_one(const char *name, const void *caller)
{
    const struct sca_function *row = sca_provided_by_name(name);
    struct sca_object object;

    return sca_object_at(caller, &object) && !(row && sca_object_provides(&object, row->family))
               ? sca_scope_behind(&object, name)
               : NULL;
}

/* Would it have failed without us? We have names that pcsc-lite has not. */
static bool is_ours_alone(const void *handle, const void *real, const char *name,
                          const void *caller)
{
    struct sca_object object;

    if (!(sca_provided_by_name(name) || sca_is_lsa_entry(name)) ||
        (!is_relative(handle) && !(sca_object_at(real, &object) && sca_object_is_ours(&object))))
        return false;
    return !sca_scope_find(name, sca_object_at(caller, &object) ? &object : NULL);
}

/* Inlined, it would have every look-up save registers. */
__attribute__((noinline)) static struct sca_lookup look_up_wanted(enum sca_real function,
                                                                  void *handle, const char *name,
                                                                  const char *version,
                                                                  const void *caller)
{
    struct sca_lookup answer = {NULL, NULL};
    int saved = errno;
    void *real = NULL;

    if (handle == RTLD_NEXT)
        real = version ? NULL : next_one(name, caller);
    else if (handle != RTLD_DEFAULT)
        real = version ? sca_real_dlvsym(handle, name, version) : sca_real_dlsym(handle, name);
    answer.value = replacement(real, name, caller);
    if (!answer.value && is_ours_alone(handle, real, name, caller))
        sca_real_dlsym(RTLD_NEXT, name); /* finds none, and tells dlerror */
    else if (!answer.value)
        answer.go_on = sca_real(function);
    errno = saved;
    return answer;
}

static inline struct sca_lookup look_up(enum sca_real function, void *handle, const char *name,
                                        const char *version, const void *caller)
{
    sca_deepbind_look_at_new();
    if (SCA_UNLIKELY(is_wanted(handle, name)))
        return look_up_wanted(function, handle, name, version, caller);
    return (struct sca_lookup){NULL, sca_real(function)};
}

struct sca_lookup sca_dlsym_look_up(void *handle, const char *name, const void *caller)
{
    return look_up(SCA_REAL_dlsym, handle, name, NULL, caller);
}

struct sca_lookup sca_dlvsym_look_up(void *handle, const char *name, const char *version,
                                     const void *caller)
{
    return look_up(SCA_REAL_dlvsym, handle, name, version, caller);
}
