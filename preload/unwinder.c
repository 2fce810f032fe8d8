/* SPDX-License-Identifier: MIT */
#include "unwinder.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <unistd.h>
#include <unwind.h>

#include "elf_object.h"
#include "export.h"
#include "hooks.h"
#include "port.h"
#include "real.h"
#include "company.h"
#include "stack_room.h"

enum trust { TRUST_NONE_YET, TRUST_GIVEN, TRUST_LOST };

static _Atomic(int (*)(void **, int)) fast;
static _Atomic(_Unwind_Reason_Code (*)(_Unwind_Trace_Fn, void *)) walk;
static _Atomic(_Unwind_Ptr (*)(struct _Unwind_Context *)) ip_of;
static _Atomic(const void *(*)(const void *, void *bases[3])) find_table;
static _Atomic int trust; /* in libunwind */
static _Atomic bool loaded;
static struct sca_object libunwind;
static _Thread_local bool serving; /* libunwind works for us on this thread */

/* ---- dl_iterate_phdr for libunwind ---------------------------------------------------------- */

typedef int phdr_callback(struct dl_phdr_info *, size_t, void *);

/* Not the code of a signal handler that came in between and asks for itself. */
static bool is_from_libunwind(const void *code)
{
    return serving && (uintptr_t)code >= libunwind.start && (uintptr_t)code < libunwind.end;
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

/* ---- libunwind's pipe ----------------------------------------------------------------------- */

/*
 * libunwind opens a pipe when it first doubts an address, and keeps both ends. The program must not
 * see its descriptor numbers shifted by that.
 */
#define LOW_DESCRIPTORS 128
#define ENOUGH_DESCRIPTORS 256

static _Atomic uint64_t pipe_ends; /* both numbers, the lower half the lower; 0: none */

static void move_up(int *fd)
{
    int high = fcntl(*fd, F_DUPFD_CLOEXEC, LOW_DESCRIPTORS);

    if (high < 0)
        return;
    ((int (*)(int))sca_real(SCA_REAL_close))(*fd);
    *fd = high;
}

SCA_EXPORT int pipe2(int ends[2], int flags);
int pipe2(int ends[2], int flags)
{
    int (*real)(int *, int) = (int (*)(int *, int))sca_real(SCA_REAL_pipe2);
    int result = real(ends, flags);
    int saved = errno;

    if (SCA_UNLIKELY(result == 0 && is_from_libunwind(__builtin_return_address(0)))) {
        move_up(&ends[0]);
        move_up(&ends[1]);
        atomic_store(&pipe_ends, ends[0] < ends[1] ? (uint64_t)ends[1] << 32 | (unsigned)ends[0]
                                                   : (uint64_t)ends[0] << 32 | (unsigned)ends[1]);
    }
    errno = saved;
    return result;
}

bool sca_unwinder_uses(unsigned first, unsigned last)
{
    uint64_t ends = atomic_load_explicit(&pipe_ends, memory_order_relaxed);

    return ends && first <= ends >> 32 && last >= (uint32_t)ends &&
           atomic_load_explicit(&trust, memory_order_relaxed) != TRUST_LOST;
}

/* ---- unwinding ------------------------------------------------------------------------------ */

struct walk_state {
    void **frames;
    int depth, count;
};

static _Unwind_Reason_Code step(struct _Unwind_Context *context, void *data)
{
    struct walk_state *state = data;
    void *address = (void *)atomic_load_explicit(&ip_of, memory_order_relaxed)(context);

    /* Behind the outermost frame libgcc reports one at 0. */
    if (!address || state->count == state->depth)
        return _URC_END_OF_STACK;
    state->frames[state->count++] = address;
    return _URC_NO_REASON;
}

static int unwind_slowly(void **frames, int depth)
{
    _Unwind_Reason_Code (*go)(_Unwind_Trace_Fn, void *) =
        atomic_load_explicit(&walk, memory_order_acquire);
    struct walk_state state = {frames, depth, 0};

    if (go)
        go(step, &state);
    return state.count;
}

static int unwind_fast(void **frames, int depth)
{
    int count, cancellation;

    /* It validates doubtful addresses by reading from a pipe: a cancellation point. */
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancellation);
    serving = true;
    count = atomic_load_explicit(&fast, memory_order_relaxed)(frames, depth);
    serving = false;
    pthread_setcancelstate(cancellation, NULL);
    return count;
}

/* ---- loading ----------------------------------------------------------------------------------
 */

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
    return !atomic_load(&walk) || outer_frame(unwind_fast) == outer_frame(unwind_slowly);
}

/* By the real function: no hook of ours is to see it. */
static void *open_library(const char *name)
{
    void *(*real)(const char *, int) = (void *(*)(const char *, int))sca_real(SCA_REAL_dlopen);
    void *volatile library = real(name, RTLD_NOW | RTLD_LOCAL);

    return library;
}

static void load_libgcc(void)
{
    void *library = open_library("libgcc_s.so.1");
    void *ip, *backtrace;

    if (!library)
        return;
    ip = sca_real_dlsym(library, "_Unwind_GetIP");
    backtrace = sca_real_dlsym(library, "_Unwind_Backtrace");
    atomic_store(&find_table, (const void *(*)(const void *, void *[3]))sca_real_dlsym(
                                  library, "_Unwind_Find_FDE"));
    if (!ip || !backtrace)
        return;
    atomic_store(&ip_of, (_Unwind_Ptr(*)(struct _Unwind_Context *))ip);
    atomic_store(&walk, (_Unwind_Reason_Code(*)(_Unwind_Trace_Fn, void *))backtrace);
}

/* Its first use is its slowest, and makes its pipe and its key. */
static void warm_up(void)
{
    void *frames[4];
    struct sca_keys low;

    sca_keys_hold(&low, SCA_HIGH_KEY);
    unwind_fast(frames, 4);
    sca_keys_let_go(&low);
}

/* Where its pipe cannot be moved out of the way, the program may need the numbers itself. */
static bool has_descriptors(void)
{
    struct rlimit files;

    return getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur >= ENOUGH_DESCRIPTORS;
}

static void load_libunwind(void)
{
    void *library = open_library("libunwind.so.8");
    void *backtrace = library ? sca_real_dlsym(library, "unw_backtrace") : NULL;
    int expected = TRUST_NONE_YET;

    if (!backtrace || !sca_object_at(backtrace, &libunwind))
        return;
    atomic_store(&fast, (int (*)(void **, int))backtrace);
    warm_up();
    if (both_agree())
        atomic_compare_exchange_strong(&trust, &expected, TRUST_GIVEN);
}

/*
 * Two threads may come at once. Neither waits for the other, which might be held up by the loader's
 * lock: both do everything, the same.
 */
void sca_unwinder_load(void)
{
    int saved = errno;

    if (SCA_LIKELY(atomic_load_explicit(&loaded, memory_order_acquire)) || !sca_may_call() ||
        !sca_stack_room())
        return;
    load_libgcc();
    if (atomic_load(&trust) != TRUST_LOST && !sca_under_thread_sanitizer() && has_descriptors())
        load_libunwind();
    if (!atomic_exchange(&loaded, true) && !atomic_load(&fast) && !atomic_load(&walk))
        sca_say("neither libunwind.so.8 nor libgcc_s.so.1 can be loaded: stacks will hold a "
                "single frame");
    errno = saved;
}

void sca_unwinder_distrust(void)
{
    atomic_store(&trust, TRUST_LOST);
}

/*
 * The call may be the last instruction of its function, a signal have come before the first.
 * The code without a table in the loader is where the process starts.
 */
bool sca_unwind_is_sure(const void *address)
{
    const void *(*table_of)(const void *, void *[3]) =
        atomic_load_explicit(&find_table, memory_order_relaxed);
    const char *next = address;
    void *bases[3];
    struct sca_object object;

    if (!sca_object_at(next - 1, &object))
        return false;
    return !table_of || object.start == getauxval(AT_BASE) || table_of(next - 1, bases) ||
           table_of(next, bases);
}

int sca_unwind(void **frames, int depth, uint32_t generation)
{
    if (SCA_LIKELY(generation == 0 &&
                   atomic_load_explicit(&trust, memory_order_acquire) == TRUST_GIVEN))
        return unwind_fast(frames, depth);
    return unwind_slowly(frames, depth);
}
