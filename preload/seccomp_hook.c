/* SPDX-License-Identifier: MIT */
#include "seccomp_hook.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "export.h"
#include "heap_watch.h"
#include "hooks.h"
#include "process.h"
#include "providers.h"
#include "real.h"
#include "recording.h"
#include "stacks.h"
#include "start.h"
#include "supervisor.h"
#include "threads.h"
#include "trace_writer.h"
#include "unwinder.h"

/* What has been got ready for the mark. */
struct mark {
    struct sca_blind_record *record; /* NULL: no trace */
    uint64_t token;
    uint64_t time;
};

/* All that takes a system call, while one may be made. */
static struct mark prepare(void)
{
    struct mark mark = {NULL, 0, 0};
    struct sca_thread *thread = NULL;

    if (sca_recording() || sca_providers_present())
        thread = sca_thread_here();
    if (thread)
        mark.record = sca_reserve(&thread->cursor, sizeof *mark.record);
    if (mark.record) {
        mark.token = thread->token;
        mark.time = sca_now();
        if (sca_supervisor_wanted())
            sca_say(
                "the program sets a seccomp filter, so nothing is said at its end; the report is "
                "made by: scardaudit report ",
                sca_trace_path());
        sca_stacks_grow_ahead();
        sca_heap_watch_prepare();
        sca_trace_seal();
    }
    sca_unwinder_distrust(); /* libunwind blocks signals, maps memory, writes to its pipe */
    atomic_store(&sca_no_syscalls, true);
    return mark;
}

static void unprepare(void)
{
    atomic_store(&sca_no_syscalls, false);
    sca_trace_unseal();
}

/* The strict mode also takes the time-stamp counter away. */
static void filtered(const struct mark *mark, bool strict)
{
    if (mark->record) {
        mark->record->code = SCA_BLIND_SECCOMP;
        mark->record->module = 0;
        sca_thread_commit(mark->token, mark->record, SCA_REC_BLIND, sizeof *mark->record);
    }
    /* Without a trace no clock is read. */
    if (strict || (sca_recording() && !sca_clock_is_quiet())) {
        sca_trace_stop(mark->time);
        sca_process_off();
    }
}

/* `real` sets a filter: call it and see whether it did. 0 is success; with flags, a descriptor. */
static struct sca_lookup set(enum sca_real function, const long arguments[6], bool strict,
                             bool descriptor)
{
    long (*real)(long, long, long, long, long, long) =
        (long (*)(long, long, long, long, long, long))sca_real(function);
    struct sca_lookup answer = {NULL, (void *)real};
    int saved = errno;
    struct mark mark;
    long result;

    /* What a vfork child does to itself is nothing to us. */
    if (sca_seccomp_filtered() || !sca_start() || !sca_process_is_ours()) {
        errno = saved;
        return answer;
    }
    mark = prepare();
    errno = saved;
    result =
        real(arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]);
    saved = errno;
    if (function == SCA_REAL_prctl)
        result = (int)result;
    if (result == 0 || (descriptor && result > 0))
        filtered(&mark, strict);
    else
        unprepare();
    errno = saved;
    answer.value = (void *)result;
    answer.go_on = NULL;
    return answer;
}

/* Without a program the kernel is merely asked what it knows. */
struct sca_lookup sca_prctl_attempt(int option, unsigned long a, unsigned long b, unsigned long c,
                                    unsigned long d)
{
    struct sca_lookup answer = {NULL, sca_real(SCA_REAL_prctl)};

    if (SCA_UNLIKELY(option == PR_SET_SECCOMP) &&
        (a == SECCOMP_MODE_STRICT || (a == SECCOMP_MODE_FILTER && b)))
        return set(SCA_REAL_prctl, (long[6]){option, (long)a, (long)b, (long)c, (long)d},
                   a == SECCOMP_MODE_STRICT, false);
    return answer;
}

struct sca_lookup sca_syscall_attempt(long number, long a, long b, long c, long d, long e)
{
    struct sca_lookup answer = {NULL, sca_real(SCA_REAL_syscall)};
    bool strict = false, filter = false, descriptor = false;

    if (SCA_UNLIKELY(number == SYS_seccomp)) {
        strict = a == SECCOMP_SET_MODE_STRICT;
        filter = a == SECCOMP_SET_MODE_FILTER && c;
        descriptor = filter && b & SECCOMP_FILTER_FLAG_NEW_LISTENER;
    } else if (SCA_UNLIKELY(number == SYS_prctl && a == PR_SET_SECCOMP)) {
        strict = b == SECCOMP_MODE_STRICT;
        filter = b == SECCOMP_MODE_FILTER && c;
    }
    if (SCA_UNLIKELY(strict || filter))
        return set(SCA_REAL_syscall, (long[6]){number, a, b, c, d, e}, strict, descriptor);
    return answer;
}
