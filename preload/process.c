/* SPDX-License-Identifier: MIT */
#include "process.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

#include "describe.h"
#include "elf_object.h"
#include "export.h"
#include "follow.h"
#include "generation.h"
#include "modules.h"
#include "options.h"
#include "port.h"
#include "providers.h"
#include "quick_exit.h"
#include "real.h"
#include "stacks.h"
#include "supervisor.h"
#include "threads.h"
#include "trace_writer.h"

#ifndef MADV_WIPEONFORK
#define MADV_WIPEONFORK 18
#endif

enum phase { PHASE_NEW, PHASE_STARTING, PHASE_ON, PHASE_OFF };
enum trace_state { TRACE_NONE, TRACE_OPEN, TRACE_IMPOSSIBLE };

_Atomic uint64_t *sca_token_page;

static _Atomic int phase;
static uint64_t token; /* survives the fork, unlike the page */
static uint32_t pid;
static _Atomic int trace_state;
static _Atomic uint32_t threads; /* numbered so far in this trace */
static struct sca_gate gate;     /* trace_state and threads change together under it */
static char start_directory[SCA_PAGE];
static char other_directory[SCA_PAGE]; /* $TMPDIR at the start */
static struct sca_parent parent;

/* ---- fork ----------------------------------------------------------------------------------- */

/*
 * In the child, its only thread: nothing of the parent's trace is ours. A parent that made no call
 * leaves no trace, and passes on what it inherited itself: the ancestor it named stays named.
 */
static void forked(void)
{
    if (atomic_load(&trace_state) == TRACE_IMPOSSIBLE)
        parent.trace[0] = '\0'; /* what it did is not known */
    if (atomic_load(&trace_state) == TRACE_OPEN && atomic_load(&threads) > 0) {
        sca_copy(parent.trace, sizeof parent.trace, sca_base_name(sca_trace_path()));
        parent.clock = sca_now();
    }
    parent.forked = true;
    pid = sca_pid();
    sca_trace_forget();
    sca_stacks_forget();
    sca_modules_forget();
    sca_generation_forked();
    sca_providers_forget();
    atomic_store(&gate.owner, 0);
    atomic_store(&threads, 0);
    atomic_store(&trace_state, sca_may_call() ? TRACE_NONE : TRACE_IMPOSSIBLE);
    atomic_store(sca_token_page, ++token);
}

/* A child handler of the program that ran before this one may have made a call already. */
static void atfork_child(void)
{
    if (atomic_load(&phase) == PHASE_ON && (atomic_load(sca_token_page) == 0 || sca_pid() != pid))
        forked();
}

uint64_t sca_process_token(void)
{
    uint64_t now = atomic_load_explicit(sca_token_page, memory_order_relaxed);

    if (SCA_UNLIKELY(now == 0)) {
        forked();
        now = token;
    }
    return now;
}

bool sca_process_is_ours(void)
{
    return atomic_load(&phase) == PHASE_ON && sca_may_call() && sca_pid() == pid;
}

/* ---- the trace ------------------------------------------------------------------------------ */

/* `dir`, or the directory the program started in, else $TMPDIR. */
static const char *open_somewhere(const struct sca_header *header, const char *program)
{
    uint64_t limit = (uint64_t)sca_options.max_trace_mb << 20;
    const char *problem;

    if (sca_options.dir[0] == '/')
        return sca_trace_open(sca_options.dir, program, limit, header);
    if (sca_options.dir[0]) {
        char path[SCA_PAGE];

        sca_copy(path, sizeof path, start_directory);
        sca_append(path, sizeof path, "/");
        sca_append(path, sizeof path, sca_options.dir);
        return sca_trace_open(path, program, limit, header);
    }
    problem = sca_trace_open(start_directory, program, limit, header);
    if (problem && other_directory[0] == '/')
        problem = sca_trace_open(other_directory, program, limit, header);
    return problem;
}

static void open_trace(void)
{
    struct sca_header header = {0};
    const char *program = sca_describe_process(&header, &parent);
    const char *problem = open_somewhere(&header, program);

    if (problem) {
        const char *where = sca_options.dir[0] ? sca_options.dir : start_directory;

        sca_say("no trace can be written to ", where, ": ", problem,
                "; the program runs unaudited (SCARDAUDIT_OPTIONS=dir=DIRECTORY chooses another)");
        atomic_store(&trace_state, TRACE_IMPOSSIBLE);
        return;
    }
    atomic_store(&trace_state, TRACE_OPEN);
}

bool sca_process_trace(void)
{
    int state = atomic_load_explicit(&trace_state, memory_order_acquire);

    if (SCA_LIKELY(state == TRACE_OPEN))
        return true;
    if (state == TRACE_IMPOSSIBLE || !sca_may_call() || !sca_enter(&gate))
        return false;
    if (atomic_load(&trace_state) == TRACE_NONE)
        open_trace();
    sca_leave(&gate);
    return atomic_load(&trace_state) == TRACE_OPEN;
}

uint32_t sca_process_new_thread(void)
{
    uint32_t number = 0;

    if (!sca_process_trace())
        return 0;
    if (!sca_enter(&gate)) {
        sca_mark_skipped();
        return 0;
    }
    if (atomic_load(&trace_state) == TRACE_OPEN)
        number = atomic_fetch_add(&threads, 1) + 1;
    sca_leave(&gate);
    return number;
}

bool sca_process_traced(void)
{
    return atomic_load_explicit(&trace_state, memory_order_acquire) == TRACE_OPEN;
}

/* A process that recorded nothing leaves no file. True when it was removed. */
static bool discard_empty(void)
{
    bool empty = false;

    if (!sca_may_call() || !sca_enter(&gate))
        return false;
    if (atomic_load(&trace_state) == TRACE_OPEN && atomic_load(&threads) == 0) {
        atomic_store(&trace_state, TRACE_NONE);
        sca_trace_discard();
        empty = true;
    }
    sca_leave(&gate);
    return empty;
}

/* ---- exec and exit -------------------------------------------------------------------------- */

void sca_process_exec(bool unaudited)
{
    if (!sca_process_is_ours() || atomic_load(&trace_state) != TRACE_OPEN)
        return;
    if (!discard_empty())
        sca_mark_exec(unaudited);
}

/* Without system calls _exit may be that of a vfork child. Such a child never calls exit. */
static bool is_our_end(int how)
{
    if (sca_may_call())
        return sca_process_is_ours();
    return how != SCA_END__EXIT && atomic_load(&phase) == PHASE_ON && atomic_load(sca_token_page);
}

void sca_process_end(int how, uint32_t status)
{
    if (!is_our_end(how) || atomic_load(&trace_state) != TRACE_OPEN || discard_empty())
        return;
    sca_follow_end();
    sca_mark_exit((enum sca_end)how, status);
    if (sca_may_call())
        sca_supervise(sca_trace_path(), status, how == SCA_END_EXIT);
}

static void at_exit(int status, void *unused)
{
    (void)unused;
    sca_process_end(SCA_END_EXIT, (uint32_t)status & 0xff);
}

/* ---- start ---------------------------------------------------------------------------------- */

/* Preloaded twice, the copy that comes first in the search order does the work. */
static bool is_second_copy(void)
{
    struct sca_object object;

    for (size_t i = 0; sca_object_at_start(i, &object); i++)
        if (sca_object_is_ours(&object))
            return (uintptr_t)&token < object.start || (uintptr_t)&token >= object.end;
    return false;
}

static bool start(void)
{
    const char *temporary = sca_variable("TMPDIR");

    if (getauxval(AT_SECURE) || is_second_copy())
        return false;
    sca_token_page = sca_map(SCA_PAGE);
    if (!sca_token_page)
        return false;
    madvise(sca_token_page, SCA_PAGE, MADV_WIPEONFORK);
    atomic_store(sca_token_page, ++token);
    pid = sca_pid();
    sca_say_start();
    sca_options_parse(sca_variable("SCARDAUDIT_OPTIONS"));
    sca_describe_start();
    sca_follow_start();
    sca_copy(other_directory, sizeof other_directory, temporary ? temporary : "");
    if (!getcwd(start_directory, sizeof start_directory))
        sca_copy(start_directory, sizeof start_directory, ".");
    sca_supervisor_start(start_directory);
    sca_clock_start((int (*)(clockid_t, struct timespec *))sca_real_other("clock_gettime"));
    /* Registered before the loader's own clean-up: runs after every destructor of the program. */
    if (on_exit(at_exit, NULL) != 0 || sca_quick_exit_start() != 0 ||
        pthread_atfork(NULL, NULL, atfork_child) != 0)
        return false;
    sca_threads_start();
    sca_stacks_start();
    return true;
}

bool sca_process_start(void)
{
    int expected = PHASE_NEW;

    if (SCA_LIKELY(atomic_load_explicit(&phase, memory_order_acquire) == PHASE_ON))
        return true;
    if (!atomic_compare_exchange_strong(&phase, &expected, PHASE_STARTING))
        return expected == PHASE_ON;

    int saved = errno;
    bool on = start();

    atomic_store(&phase, on ? PHASE_ON : PHASE_OFF);
    errno = saved;
    return on;
}

void sca_process_off(void)
{
    atomic_store(&phase, PHASE_OFF);
}

__attribute__((constructor)) static void constructor(void)
{
    if (sca_process_start() && sca_providers_loaded())
        sca_process_trace();
}
