/* SPDX-License-Identifier: MIT */
/*
 * What a name would have been bound to, had we not been there: for functions that we export and the
 * caller meant somebody else's. Any thread, any signal handler.
 */
#ifndef SCA_SCOPE_H
#define SCA_SCOPE_H

#include "elf_object.h"

/*
 * In the objects of the start, behind us: the global scope, but for what was added to it later.
 * NULL if none of them defines it.
 */
void *sca_scope_start(const char *name);

/* The same, behind the caller's object, which is one of the start behind us; else NULL. */
void *sca_scope_behind(const struct sca_object *caller, const char *name);

/*
 * As the loader would have bound the caller's reference (NULL: of an unknown caller): the global
 * scope behind us, else what the caller was opened with (a plugin opened RTLD_LOCAL, and what that
 * depends on), else the caller itself and its dependencies. Where one object alone defines it, that
 * one. NULL if there is none; nothing is loaded on our account.
 */
void *sca_scope_find(const char *name, const struct sca_object *caller);

/* Something is about to be opened RTLD_GLOBAL: the global scope may define more from now on. */
void sca_scope_note_global(void);

#endif
