/* SPDX-License-Identifier: MIT */
/*
 * How many objects were ever unloaded from this process: an address means the same object as long
 * as that number stays. The loader's count (dlpi_subs) is exact, but reading it takes a
 * process-wide lock, so it is read again only after somebody called dlclose. Any thread, any signal
 * handler.
 */
#ifndef SCA_GENERATION_H
#define SCA_GENERATION_H

#include <stdint.h>

uint32_t sca_generation(void);

/* In a forked child: threads that were in dlclose are gone. Other threads must not exist. */
void sca_generation_forked(void);

#endif
