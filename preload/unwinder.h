/* SPDX-License-Identifier: MIT */
/*
 * The return addresses of the calling thread. libunwind's cached fast path while it can be trusted;
 * libgcc's unwinder, which finds its tables with the lock-free _dl_find_object, once an object was
 * unloaded (libunwind's cache is never invalidated: wrong stacks), in forked children (a thread
 * that is gone may have held the loader's lock, which libunwind takes) and under ThreadSanitizer
 * (whose interceptors libunwind's thread clean-up does not survive). Both are opened RTLD_LOCAL, so
 * that their _Unwind_* never reach the program.
 */
#ifndef SCA_UNWINDER_H
#define SCA_UNWINDER_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Load and warm up, unless that was done. It allocates, opens descriptors and takes the loader's
 * lock: so not in an audited call, whose thread a constructor under dlopen may be waiting for, but
 * where a provider was loaded with the program, and else before one can come: in dlopen.
 */
void sca_unwinder_load(void);

/*
 * At most `depth` return addresses, innermost first, from our caller's frame outwards; their
 * number, 0 when there is no unwinder. Any thread, any signal handler; holds nothing of ours.
 */
int sca_unwind(void **frames, int depth, uint32_t generation);

/*
 * Is there an unwind table for the code that returns to this address? What an unwinder says of the
 * callers of code without one, generated or in assembly, is a guess. True when it cannot be told.
 */
bool sca_unwind_is_sure(const void *address);

/* Is one of the descriptors from `first` to `last` libunwind's, and libunwind still in use? */
bool sca_unwinder_uses(unsigned first, unsigned last);

/* From now on libunwind is not to be used any more. */
void sca_unwinder_distrust(void);

#endif
