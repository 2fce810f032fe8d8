/* SPDX-License-Identifier: MIT */
#include "unwinder.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>
#include <unwind.h>

#include "elf_object.h"
#include "export.h"
#include "port.h"
#include "real.h"

static int (*fast)(void **, int);
static _Unwind_Reason_Code (*walk)(_Unwind_Trace_Fn, void *);
static _Unwind_Ptr (*ip_of)(struct _Unwind_Context *);
static _Atomic bool distrusted;

/*
 * libunwind opens a pipe (close-on-exec) at its first use and keeps both ends. The program must not
 * see its descriptor numbers shifted by that: fill the low ones meanwhile.
 */
#define LOW_DESCRIPTORS 128

static void warm_up(void)
{
    bool filled[LOW_DESCRIPTORS] = {false};
    void *frames[4];
    int any = open("/dev/null", O_RDONLY | O_CLOEXEC);

    if (any >= 0 && any < LOW_DESCRIPTORS)
        filled[any] = true;
    for (int fd = any; fd >= 0 && fd < LOW_DESCRIPTORS - 1;) {
        fd = fcntl(any, F_DUPFD_CLOEXEC, fd + 1);
        if (fd >= 0 && fd < LOW_DESCRIPTORS)
            filled[fd] = true;
        else if (fd >= 0)
            close(fd);
    }
    fast(frames, 4);
    for (int fd = 0; fd < LOW_DESCRIPTORS; fd++)
        if (filled[fd])
            close(fd);
}

static bool under_thread_sanitizer(void)
{
    struct sca_object object;
    size_t i = 0;

    while (sca_object_at_start(i++, &object))
        if (sca_object_symbol(&object, "__tsan_init"))
            return true;
    return false;
}

void sca_unwinder_start(void)
{
    void *library = NULL;

    if (under_thread_sanitizer())
        sca_unwinder_distrust();
    else
        library = dlopen("libunwind.so.8", RTLD_NOW | RTLD_LOCAL);
    if (library)
        fast = (int (*)(void **, int))sca_real_dlsym(library, "unw_backtrace");
    if (fast)
        warm_up();
    library = dlopen("libgcc_s.so.1", RTLD_NOW | RTLD_LOCAL);
    if (library) {
        ip_of = (_Unwind_Ptr(*)(struct _Unwind_Context *))sca_real_dlsym(library, "_Unwind_GetIP");
        walk = (_Unwind_Reason_Code(*)(_Unwind_Trace_Fn, void *))sca_real_dlsym(
            library, "_Unwind_Backtrace");
    }
    if (!ip_of)
        walk = NULL;
    if (!fast && !walk)
        sca_say("neither libunwind.so.8 nor libgcc_s.so.1 can be loaded: stacks will hold a "
                "single frame");
}

void sca_unwinder_distrust(void)
{
    atomic_store(&distrusted, true);
}

struct walk_state {
    void **frames;
    int depth, count;
};

static _Unwind_Reason_Code step(struct _Unwind_Context *context, void *data)
{
    struct walk_state *state = data;
    void *address = (void *)ip_of(context);

    /* Behind the outermost frame libgcc reports one at 0. */
    if (!address || state->count == state->depth)
        return _URC_END_OF_STACK;
    state->frames[state->count++] = address;
    return _URC_NO_REASON;
}

int sca_unwind(void **frames, int depth, uint32_t generation)
{
    struct walk_state state = {frames, depth, 0};

    if (SCA_LIKELY(fast && generation == 0 &&
                   !atomic_load_explicit(&distrusted, memory_order_relaxed)))
        return fast(frames, depth);
    if (walk)
        walk(step, &state);
    return state.count;
}
