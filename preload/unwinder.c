/* SPDX-License-Identifier: MIT */
#include "unwinder.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/auxv.h>
#include <unistd.h>
#include <unwind.h>

#include "elf_object.h"
#include "export.h"
#include "hooks.h"
#include "port.h"
#include "real.h"
#include "sanitizer.h"

static int (*fast)(void **, int);
static _Unwind_Reason_Code (*walk)(_Unwind_Trace_Fn, void *);
static _Unwind_Ptr (*ip_of)(struct _Unwind_Context *);
static const void *(*find_table)(const void *, void *bases[3]);
static _Atomic bool distrusted;
static struct sca_object libunwind;
static _Thread_local bool serving; /* libunwind works for us on this thread */

/* ---- dl_iterate_phdr for libunwind ---------------------------------------------------------- */

typedef int phdr_callback(struct dl_phdr_info *, size_t, void *);

/* Not the callback of a signal handler that came in between and asks for itself. */
static bool is_from_libunwind(const void *callback)
{
    return serving && (uintptr_t)callback >= libunwind.start && (uintptr_t)callback < libunwind.end;
}

static int serve(phdr_callback *callback, void *data)
{
    struct sca_object object;
    struct dl_phdr_info info = {0};
    const ElfW(Ehdr) * file;

    /* Its callback data starts with the address it looks for (1.2 to 1.8); both_agree() makes sure.
     */
    if (!sca_object_at(*(void **)data, &object) || !sca_object_header(&object, &file))
        return 0;
    info.dlpi_addr = object.bias;
    info.dlpi_name = object.path;
    info.dlpi_phdr = (const ElfW(Phdr) *)(object.start + file->e_phoff);
    info.dlpi_phnum = file->e_phnum;
    return callback(&info, sizeof info, data);
}

struct sca_lookup sca_phdr_look_up(const void *callback, void *data)
{
    struct sca_lookup answer = {NULL, NULL};

    if (is_from_libunwind(callback))
        answer.value = (void *)(intptr_t)serve((phdr_callback *)(uintptr_t)callback, data);
    else
        answer.go_on = sca_real(SCA_REAL_dl_iterate_phdr);
    return answer;
}

/* ---- start ---------------------------------------------------------------------------------- */

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

static int unwind_slowly(void **frames, int depth)
{
    struct walk_state state = {frames, depth, 0};

    if (walk)
        walk(step, &state);
    return state.count;
}

static int unwind_fast(void **frames, int depth)
{
    int count, cancellation;

    /* It validates doubtful addresses by reading from a pipe: a cancellation point. */
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancellation);
    serving = true;
    count = fast(frames, depth);
    serving = false;
    pthread_setcancelstate(cancellation, NULL);
    return count;
}

/*
 * libunwind opens a pipe (close-on-exec) at its first use and keeps both ends. The program must not
 * see its descriptor numbers shifted by that: fill the low ones meanwhile.
 */
#define LOW_DESCRIPTORS 128

static unsigned pipe_low = UINT_MAX, pipe_high; /* its descriptors; none: an empty range */

static void warm_up(void)
{
    bool filled[LOW_DESCRIPTORS] = {false};
    void *frames[4];
    int any = open("/dev/null", O_RDONLY | O_CLOEXEC);
    int low, high;

    if (any >= 0 && any < LOW_DESCRIPTORS)
        filled[any] = true;
    for (int fd = any; fd >= 0 && fd < LOW_DESCRIPTORS - 1;) {
        fd = fcntl(any, F_DUPFD_CLOEXEC, fd + 1);
        if (fd >= 0 && fd < LOW_DESCRIPTORS)
            filled[fd] = true;
        else if (fd >= 0)
            close(fd);
    }
    /* The two lowest numbers that are free now are what a pipe gets. */
    low = fcntl(any, F_DUPFD_CLOEXEC, 0);
    high = fcntl(any, F_DUPFD_CLOEXEC, 0);
    if (low >= 0)
        close(low);
    if (high >= 0)
        close(high);
    unwind_fast(frames, 4);
    for (int fd = 0; fd < LOW_DESCRIPTORS; fd++)
        if (filled[fd])
            close(fd);
    if (low >= 0 && high >= 0) {
        pipe_low = (unsigned)low;
        pipe_high = (unsigned)high;
    }
}

bool sca_unwinder_uses(unsigned first, unsigned last)
{
    return first <= pipe_high && last >= pipe_low &&
           !atomic_load_explicit(&distrusted, memory_order_relaxed);
}

#define COMPARED 24

/* The first frame outside this library, NULL if there is none. */
static const void *outer_frame(int (*unwinder)(void **, int))
{
    void *frames[COMPARED];
    int count = unwinder(frames, COMPARED);
    struct sca_object object;

    for (int i = 0; i < count; i++)
        if (sca_object_at(frames[i], &object) && !sca_object_is_ours(&object))
            return frames[i];
    return NULL;
}

/* Does libunwind see what libgcc sees? It would not if it asked in a way that we misunderstand. */
static bool both_agree(void)
{
    return !walk || outer_frame(unwind_fast) == outer_frame(unwind_slowly);
}

static void load_libgcc(void)
{
    void *library = dlopen("libgcc_s.so.1", RTLD_NOW | RTLD_LOCAL);

    if (!library)
        return;
    ip_of = (_Unwind_Ptr(*)(struct _Unwind_Context *))sca_real_dlsym(library, "_Unwind_GetIP");
    walk = (_Unwind_Reason_Code(*)(_Unwind_Trace_Fn, void *))sca_real_dlsym(library,
                                                                            "_Unwind_Backtrace");
    if (!ip_of)
        walk = NULL;
    find_table =
        (const void *(*)(const void *, void *[3]))sca_real_dlsym(library, "_Unwind_Find_FDE");
}

static void load_libunwind(void)
{
    void *library = dlopen("libunwind.so.8", RTLD_NOW | RTLD_LOCAL);

    if (!library)
        return;
    fast = (int (*)(void **, int))sca_real_dlsym(library, "unw_backtrace");
    if (!fast || !sca_object_at((const void *)(uintptr_t)fast, &libunwind))
        return;
    warm_up();
    if (!both_agree())
        sca_unwinder_distrust();
}

void sca_unwinder_start(void)
{
    load_libgcc();
    if (sca_under_thread_sanitizer())
        sca_unwinder_distrust();
    else
        load_libunwind();
    if (!fast && !walk)
        sca_say("neither libunwind.so.8 nor libgcc_s.so.1 can be loaded: stacks will hold a "
                "single frame");
}

void sca_unwinder_distrust(void)
{
    atomic_store(&distrusted, true);
}

/*
 * The call may be the last instruction of its function, a signal have come before the first.
 * The code without a table in the loader is where the process starts.
 */
bool sca_unwind_is_sure(const void *address)
{
    const char *next = address;
    void *bases[3];
    struct sca_object object;

    if (!sca_object_at(next - 1, &object))
        return false;
    return !find_table || object.start == getauxval(AT_BASE) || find_table(next - 1, bases) ||
           find_table(next, bases);
}

int sca_unwind(void **frames, int depth, uint32_t generation)
{
    if (SCA_LIKELY(fast && generation == 0 &&
                   !atomic_load_explicit(&distrusted, memory_order_relaxed)))
        return unwind_fast(frames, depth);
    return unwind_slowly(frames, depth);
}
