/* SPDX-License-Identifier: MIT */
#include "recording.h"

#include <stdatomic.h>

#include "describe.h"
#include "export.h"
#include "options.h"
#include "port.h"
#include "process.h"
#include "real.h"
#include "trace_writer.h"

enum trace_state { TRACE_NONE, TRACE_OPEN, TRACE_IMPOSSIBLE };

static _Atomic int trace_state;
static _Atomic uint32_t threads; /* numbered so far in this trace */
static struct sca_gate gate;     /* trace_state and threads change together under it */
static char start_directory[SCA_PAGE];
static char other_directory[SCA_PAGE]; /* $TMPDIR at the start */
static struct sca_parent parent;

/*
 * Nothing of the parent's trace is the child's. A parent that made no call leaves no trace, and
 * passes on what it inherited itself: the ancestor it named stays named.
 */
static void forked(void)
{
    if (atomic_load(&trace_state) == TRACE_IMPOSSIBLE)
        parent.trace[0] = '\0'; /* what it did is not known */
    if (atomic_load(&trace_state) == TRACE_OPEN && atomic_load(&threads) > 0) {
        sca_copy(parent.trace, sizeof parent.trace, sca_base_name(sca_trace_path()));
        parent.clock = sca_fork_clock();
    }
    parent.forked = true;
    sca_trace_forget();
    atomic_store(&gate.owner, 0);
    atomic_store(&threads, 0);
    atomic_store(&trace_state, sca_may_call() ? TRACE_NONE : TRACE_IMPOSSIBLE);
}

void sca_recording_start(const char *directory)
{
    const char *temporary = sca_variable("TMPDIR");

    sca_copy(start_directory, sizeof start_directory, directory);
    sca_copy(other_directory, sizeof other_directory, temporary ? temporary : "");
    sca_describe_start();
    sca_at_fork(forked);
}

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
    const char *program, *problem;

    sca_options_complain();
    sca_describe_complain();
    sca_clock_start((int (*)(clockid_t, struct timespec *))sca_real_other("clock_gettime"));
    program = sca_describe_process(&header, &parent);
    problem = open_somewhere(&header, program);

    if (problem) {
        const char *where = sca_options.dir[0] ? sca_options.dir : start_directory;

        sca_say("no trace can be written to ", where, ": ", problem,
                "; the program runs unaudited (SCARDAUDIT_OPTIONS=dir=DIRECTORY chooses another)");
        atomic_store(&trace_state, TRACE_IMPOSSIBLE);
        return;
    }
    atomic_store(&trace_state, TRACE_OPEN);
}

bool sca_recording_open(void)
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

uint32_t sca_recording_new_thread(void)
{
    uint32_t number = 0;

    if (!sca_recording_open())
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

bool sca_recording(void)
{
    return atomic_load_explicit(&trace_state, memory_order_acquire) == TRACE_OPEN;
}

bool sca_recording_discard_empty(void)
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
