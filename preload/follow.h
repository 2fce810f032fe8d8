/* SPDX-License-Identifier: MIT */
/*
 * Programs that this process starts. With the option `follow` (`scardaudit run` sets it) they are
 * started with the variables of the audit, also where the program has wiped or replaced its
 * environment. Without it nothing is changed. Either way we count the ones that are started
 * without us, in a page that fork and vfork children share, and say so in the trace.
 *
 * No environment, whatever its size, is written to or kept: the completed one lies on the stack.
 */
#ifndef SCA_FOLLOW_H
#define SCA_FOLLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "real.h"

/* Once, in the constructor, after the options are known. */
void sca_follow_start(void);

struct sca_start {
    void *go_on;    /* where the hook jumps: the real function, or ours of the same signature */
    bool replaces;  /* the program takes the place of this one */
    bool unaudited; /* it will not have us preloaded */
};

/*
 * A function that starts a program was called; `saved` are its arguments (hooks.h). Any thread,
 * any signal handler, a vfork child; errno may change.
 */
struct sca_start sca_follow(enum sca_real function, const uintptr_t *saved);

/* At the end of a process with a trace: write down, once, that programs were not followed. */
void sca_follow_end(void);

#endif
