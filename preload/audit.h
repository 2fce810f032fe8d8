/* SPDX-License-Identifier: MIT */
/* One audited call, whatever the function: everything particular stands in its table row. */
#ifndef SCA_AUDIT_H
#define SCA_AUDIT_H

#include <stdint.h>

#include "api.h"
#include "providers.h"

/*
 * The program called the exported wrapper of `fn`, or the trampoline number `slot` for it. `args`
 * are its raw arguments, `caller` is the wrapper's return address. Returns the raw RAX of the real
 * function, if there is none an error of the family or no block. errno is what the real function
 * left.
 */
uint64_t sca_call_exported(enum sca_fn fn, uint64_t args[SCA_MAX_ARGS], const void *caller);
uint64_t sca_call_bound(unsigned slot, enum sca_fn fn, uint64_t args[SCA_MAX_ARGS],
                        const void *caller);

/* The same where it is known what the call goes to; target.real is not NULL. */
uint64_t sca_call_audited(enum sca_fn fn, struct sca_target target, uint64_t args[SCA_MAX_ARGS],
                          const void *caller, uint32_t generation);

#endif
