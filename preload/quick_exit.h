/* SPDX-License-Identifier: MIT */
/* quick_exit: its handlers are not told the status, so the function is hooked for that. */
#ifndef SCA_QUICK_EXIT_H
#define SCA_QUICK_EXIT_H

#include <stdbool.h>

/* Register our handler, before the program can: it then runs last. False when it failed. */
bool sca_quick_exit_start(void);

#endif
