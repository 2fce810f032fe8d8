/* SPDX-License-Identifier: MIT */
/* Tools in the same process that some of our ways would disturb. */
#ifndef SCA_COMPANY_H
#define SCA_COMPANY_H

#include <stdbool.h>

/*
 * Is the program built with ThreadSanitizer? Its runtime does not survive libunwind's clean-up,
 * and ends the process, with a status of its own, in an exit handler that comes after ours.
 */
bool sca_under_thread_sanitizer(void);

/* Does the program run in valgrind? What it has to say it says when the process really ends. */
bool sca_under_valgrind(void);

#endif
