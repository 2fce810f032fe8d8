/* SPDX-License-Identifier: MIT */
/*
 * May the word of 4 bytes around this address be read? The address may be anything. Any thread, any
 * signal handler; errno is kept. False without system calls. The call is one that every program
 * makes, so that no container's filter kills it for that.
 */
#ifndef SCA_READABLE_H
#define SCA_READABLE_H

#include <stdbool.h>
#include <stdint.h>

bool sca_is_readable(uintptr_t address);

#endif
