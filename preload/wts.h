/* SPDX-License-Identifier: MIT */
/* What calls of Remote Desktop Services need besides records: of a buffer its level, its count and
 * how far it reaches. Any thread, any signal handler. */
#ifndef SCA_WTS_H
#define SCA_WTS_H

#include "call.h"

/* Before the real call of an effect OUT: the level that the program asked for. */
uint32_t sca_wts_level(const struct sca_call *call, const struct sca_effect *effect);

/* Does the variable that receives the buffer overlap that of the count, or of the level? */
bool sca_wts_is_shared(const struct sca_call *call, const struct sca_effect *effect);

/* After it: record the buffer, or that there is none although there should be. `written`: the
 * provider stored this value, which is 0 otherwise. */
void sca_wts_handed_out(struct sca_call *call, unsigned effect, uint64_t buffer, bool written,
                        uint64_t result, uint64_t leave);

#endif
