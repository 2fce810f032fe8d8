/* SPDX-License-Identifier: MIT */
/*
 * Private out-parameters. Whether a call handed out a block is not for its result to say: some do
 * together with an error, others do not although they succeed. The program's own variable does not
 * tell either, for the new block may lie where the one was that it led to before. So the provider
 * writes to a variable of ours, which held what no block is, and what it wrote is passed on.
 */
#ifndef SCA_DIVERT_H
#define SCA_DIVERT_H

#include "call.h"

/* Before the real call. */
void sca_divert(struct sca_call *call, unsigned effect);

/* Right after it: hand out what was handed out, once free() knows it. What the call did not write
 * stays untouched. */
void sca_deliver(struct sca_call *call);

/* After it: record it. */
void sca_diverted(struct sca_call *call, unsigned effect, uint64_t result, uint64_t leave);

#endif
