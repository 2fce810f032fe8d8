/* SPDX-License-Identifier: MIT */
/*
 * Objects whose calls go past us, and that the trace therefore names as blind spots: those opened
 * with RTLD_DEEPBIND, which the loader sends to their own dependencies first, and those opened into
 * another namespace by dlmopen. The hooks of dlopen and dlmopen note their names; what
 * became of them is looked at later, when the program waits for the loader anyway.
 */
#ifndef SCA_DEEPBIND_H
#define SCA_DEEPBIND_H

#include <stdbool.h>

/* This file is about to be opened with RTLD_DEEPBIND, or apart, into another namespace. Any thread;
 * remembers 8 different ones. */
void sca_deepbind_note(const char *file, bool apart);

/*
 * Name each object that was noted, is loaded, and names audited functions, to call them or to look
 * them up, itself or through what it depends on. Opens the trace if there is something to name. May
 * wait for the loader's lock; errno is kept.
 */
void sca_deepbind_look(void);

/* The same, but only when an object was noted since the last time. */
void sca_deepbind_look_at_new(void);

#endif
