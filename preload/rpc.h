/* SPDX-License-Identifier: MIT */
/*
 * RPC stub memory: what its calls need besides records. Which environment a thread is in the
 * provider is asked; blocks are known to free(), but kept in no quarantine. Nothing here waits, and
 * nothing is held across the real call, which may leave by longjmp().
 */
#ifndef SCA_RPC_H
#define SCA_RPC_H

#include "call.h"
#include "providers.h"

/* What a call that does not always succeed came to: its result, or what it stored as its status. */
uint64_t sca_rpc_status(const struct sca_call *call, uint64_t result);

/* What it made of the thread: `returned` is its raw result. */
void sca_rpc_after(struct sca_call *call, unsigned effect, const struct sca_provider *provider,
                   uint64_t returned, uint64_t status, uint64_t leave);

/*
 * midl_user_free(), of whoever defines it: recorded if the block is one of RPC stub memory. Returns
 * the raw RAX of the real one.
 */
uint64_t sca_rpc_user_free(enum sca_fn fn, struct sca_target target,
                           const uint64_t args[SCA_MAX_ARGS], const void *caller,
                           uint32_t generation);

#endif
