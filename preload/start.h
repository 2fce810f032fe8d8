/* SPDX-License-Identifier: MIT */
#ifndef SCA_START_H
#define SCA_START_H

#include <stdbool.h>

/*
 * Start auditing: in our constructor, or from a call that came before it. False when this process
 * is not audited (secure execution, start still under way, or auditing was ended): pass calls
 * through. Everything that enters from the program asks this first; errno is kept.
 */
bool sca_start(void);

#endif
