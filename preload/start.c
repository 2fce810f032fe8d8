/* SPDX-License-Identifier: MIT */
#include "start.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "elf_object.h"
#include "ending.h"
#include "export.h"
#include "follow.h"
#include "generation.h"
#include "heap_watch.h"
#include "modules.h"
#include "options.h"
#include "patch.h"
#include "port.h"
#include "process.h"
#include "providers.h"
#include "provides.h"
#include "quarantine.h"
#include "quick_exit.h"
#include "recording.h"
#include "rtld_audit.h"
#include "stacks.h"
#include "supervisor.h"
#include "threads.h"
#include "unwinder.h"

/* Preloaded twice, the copy that comes first in the search order does the work. */
static bool is_second_copy(void)
{
    static const char here;
    struct sca_object object;

    for (size_t i = 0; sca_object_at_start(i, &object); i++)
        if (sca_object_is_ours(&object))
            return (uintptr_t)&here < object.start || (uintptr_t)&here >= object.end;
    return false;
}

static bool start(void)
{
    static char directory[SCA_PAGE];

    if (getauxval(AT_SECURE) || sca_is_audit_copy() || is_second_copy() || !sca_process_begin())
        return false;
    sca_say_start();
    sca_options_parse(sca_variable("SCARDAUDIT_OPTIONS"));
    if (!getcwd(directory, sizeof directory))
        sca_copy(directory, sizeof directory, ".");
    sca_follow_start();
    sca_supervisor_start(directory);
    sca_recording_start(directory); /* the first to be told of a fork: it looks at the old trace */
    sca_at_fork(sca_modules_forget);
    sca_at_fork(sca_generation_forked);
    sca_at_fork(sca_providers_forget);
    sca_at_fork(sca_patch_forget);
    if (!sca_ending_start() || !sca_quick_exit_start())
        return false;
    sca_threads_start();
    sca_stacks_start();
    sca_heap_watch_start();
    sca_quarantine_start();
    if (sca_providers_loaded())
        sca_unwinder_load();
    return true;
}

bool sca_start(void)
{
    static _Atomic bool begun;
    int saved;

    if (SCA_LIKELY(sca_process_is_on()))
        return true;
    if (atomic_exchange(&begun, true))
        return false;
    saved = errno;
    if (start())
        sca_process_on();
    errno = saved;
    return sca_process_is_on();
}

__attribute__((constructor)) static void constructor(void)
{
    if (sca_start() && sca_providers_loaded())
        sca_recording_open();
}
