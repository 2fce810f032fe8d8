/* SPDX-License-Identifier: MIT */
/*
 * Functions in tables that other code calls through. The tables may be constant: then their page is
 * made writable for the moment, and what it was again. Any thread; not in signal handlers.
 */
#ifndef SCA_PATCH_H
#define SCA_PATCH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One function of a table. */
struct sca_patch {
    void **slot;
    void *stub;                /* what is to stand there */
    _Atomic(void *) *original; /* receives what stood there; before the stub can be called */
};

/*
 * Do these, all of one table: those whose slot holds a function, and not the stub already. False:
 * one of them could not be written to, or is not known to hold a function, and holds what it held.
 */
bool sca_patch(const struct sca_patch *patches, size_t count);

/* Is there code at this address? */
bool sca_is_code(const void *address);

/* In a forked child: nobody is at work. */
void sca_patch_forget(void);

#endif
