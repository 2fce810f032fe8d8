/* SPDX-License-Identifier: MIT */
/*
 * What dlopen asks first. Most programs never see a provider, and must not pay for unwinders. One
 * that was not loaded with the program comes by dlopen; so here, before it can come, they are
 * loaded.
 *
 * Not later: the first audited call may be made by a thread that a constructor under dlopen waits
 * for, so it must not want the loader's lock. Here the thread is about to take that lock anyway,
 * holds nothing of ours, and is in no signal handler that may not call dlopen. Whoever comes by the
 * loader's lock, and so to constructors, was here before.
 *
 * (A provider that comes without dlopen's exported name, as a dependency of an NSS module for
 * instance: the unwinders are loaded when it is asked for a function by dlsym, and else its stacks
 * hold a single frame.)
 */
#include "hooks.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "deepbind.h"
#include "elf_object.h"
#include "export.h"
#include "real.h"
#include "scope.h"
#include "start.h"
#include "unwinder.h"

/* The next one behind us: a sanitizer's library, for instance, has one that does more. */
static void *next_dlopen(void)
{
    static _Atomic(void *) next;
    void *found = atomic_load_explicit(&next, memory_order_relaxed);
    struct sca_object object;
    bool behind = false;

    for (size_t i = 0; !found && sca_object_at_start(i, &object); i++) {
        if (sca_object_is_ours(&object))
            behind = true;
        else if (behind)
            found = sca_object_symbol(&object, "dlopen");
    }
    if (!found)
        found = sca_real(SCA_REAL_dlopen);
    atomic_store_explicit(&next, found, memory_order_relaxed);
    return found;
}

struct sca_lookup sca_dlopen_look_up(const char *path, int flags)
{
    struct sca_lookup answer = {NULL, next_dlopen()};
    int saved = errno;

    if (path && !(flags & RTLD_NOLOAD) && sca_start())
        sca_unwinder_load();
    if (SCA_UNLIKELY(flags & RTLD_DEEPBIND) && path)
        sca_deepbind_note(path, false);
    if (flags & RTLD_GLOBAL)
        sca_scope_note_global();
    errno = saved;
    return answer;
}

struct sca_lookup sca_dlmopen_look_up(long space, const char *path, int flags)
{
    struct sca_lookup answer = {NULL, sca_real(SCA_REAL_dlmopen)};

    if ((space != LM_ID_BASE || flags & RTLD_DEEPBIND) && path)
        sca_deepbind_note(path, space != LM_ID_BASE);
    return answer;
}
