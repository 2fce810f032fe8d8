/* SPDX-License-Identifier: MIT */
/*
 * A number that stands for what is loaded in this process: as long as it stays, an address means
 * the same object. It is how often something was unloaded, 0 as long as nothing ever was, and a
 * number of its own (with the highest bit set) while a dlclose is under way.
 *
 * The loader's count is read by our dlclose, whose caller has to wait for the loader anyway: an
 * audited call must not, because who holds the loader's lock may be waiting for its caller. Objects
 * that libc unloads by itself (character set converters) are not counted; none of them calls us.
 *
 * Any thread, any signal handler; takes no lock.
 */
#ifndef SCA_GENERATION_H
#define SCA_GENERATION_H

#include <stdint.h>

uint32_t sca_generation(void);

/* Call the real dlclose and see whether it unloaded something. */
int sca_generation_unload(int (*real)(void *), void *handle);

/* In a forked child: threads that were in dlclose are gone. Other threads must not exist. */
void sca_generation_forked(void);

#endif
