/* SPDX-License-Identifier: MIT */
/*
 * LD_AUDIT: the loader loads a second copy of this library, into a namespace of its own with a libc
 * of its own, and tells it of every binding. That copy records nothing. It hands out trampolines of
 * the preloaded copy where a binding would go past it: in objects opened with RTLD_DEEPBIND, whose
 * own dependencies come before us. Without a preloaded copy it does nothing.
 */
#ifndef SCA_RTLD_AUDIT_H
#define SCA_RTLD_AUDIT_H

#include <link.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "export.h"

/*
 * What the audit copy finds in the preloaded one, under the name scardaudit_preloaded; apart from
 * this they share nothing.
 */
struct sca_preloaded {
    /* Set as soon as the audit copy has found it, before the preloaded copy is relocated. */
    _Atomic bool watched;
    /*
     * An object opened after the start (`reference`) binds a function of this name, an audited one,
     * dlclose, or one that gives memory back, to `real` in `definition`. Returns what it shall get
     * instead, or NULL. Takes no lock of the loader, allocates nothing; any thread, any signal
     * handler.
     */
    void *(*bind)(const char *name, void *real, const struct link_map *definition,
                  const struct link_map *reference);
};
SCA_EXPORT extern struct sca_preloaded scardaudit_preloaded; /* rtld_bind.c */

/* Is this the audit copy, or another one that is not in the program's own namespace? */
bool sca_is_audit_copy(void);

/* Does an audit copy watch this process? */
bool sca_is_watched(void);

#endif
