/* SPDX-License-Identifier: MIT */
#include "ending.h"

#include <stdlib.h>

#include "deepbind.h"
#include "follow.h"
#include "port.h"
#include "process.h"
#include "quarantine.h"
#include "recording.h"
#include "supervisor.h"
#include "trace_writer.h"

void sca_ending_exec(bool unaudited)
{
    if (sca_process_is_ours() && sca_recording() && !sca_recording_discard_empty())
        sca_mark_exec(unaudited);
}

void sca_ending(int how, uint32_t status)
{
    if (how != SCA_END__EXIT) /* which a signal handler may call: not to wait for the loader */
        sca_deepbind_look();
    if (how == SCA_END__EXIT ? !sca_process_is_ours() : !sca_process_may_end())
        return;
    if (!sca_recording() || sca_recording_discard_empty())
        return;
    sca_follow_end();
    sca_quarantine_check();
    sca_mark_exit((enum sca_end)how, status);
    if (sca_may_call())
        sca_supervise(sca_trace_path(), status, how == SCA_END_EXIT);
}

static void at_exit(int status, void *unused)
{
    (void)unused;
    sca_ending(SCA_END_EXIT, (uint32_t)status & 0xff);
}

/* Before the loader registers its own clean-up: ours runs after every destructor of the program. */
bool sca_ending_start(void)
{
    return on_exit(at_exit, NULL) == 0;
}
