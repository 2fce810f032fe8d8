/* SPDX-License-Identifier: MIT */
/*
 * The program gives itself a seccomp filter, through prctl or syscall, as libseccomp does too. From
 * then on a system call of ours may kill it, so none is made: the trace is opened and grown ahead
 * before, what fits in is recorded, and at the end nothing is said or started.
 *
 * Filters that were there when the program began, such as a container's, do not count: what they
 * forbid has been tried by then. Nor do those set by a raw system call instruction: they are not
 * seen.
 */
#ifndef SCA_SECCOMP_HOOK_H
#define SCA_SECCOMP_HOOK_H

#include <stdbool.h>

#include "port.h"

/* Has the program set one? Any thread, any signal handler. */
static inline bool sca_seccomp_filtered(void)
{
    return !sca_may_call();
}

#endif
