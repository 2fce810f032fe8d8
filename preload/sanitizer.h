/* SPDX-License-Identifier: MIT */
/* Sanitizer runtimes of the program that some of our ways would disturb. */
#ifndef SCA_SANITIZER_H
#define SCA_SANITIZER_H

#include <stdbool.h>

/*
 * Is the program built with ThreadSanitizer? Its runtime does not survive libunwind's clean-up,
 * and ends the process, with a status of its own, in an exit handler that comes after ours.
 */
bool sca_under_thread_sanitizer(void);

#endif
