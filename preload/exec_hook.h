/* SPDX-License-Identifier: MIT */
/*
 * execl and its eight relatives do not pass through each other's exported names, so each is
 * hooked; three are variadic, so the hooks are assembly and jump to the real function with
 * registers and stack as they were.
 */
#ifndef SCA_EXEC_HOOK_H
#define SCA_EXEC_HOOK_H

#include "real.h"

/* Leave the exec mark; returns the real function. vfork-safe: a vfork child leaves no mark. */
void *sca_exec_attempt(enum sca_real function);

#endif
