/* SPDX-License-Identifier: MIT */
/* How many providers there may be, and how their trampolines lie: for C and assembly alike. */
#ifndef SCA_SLOTS_H
#define SCA_SLOTS_H

#define SCA_PROVIDERS 16 /* different ones per process; a further one passes through unaudited */
#define SCA_TRAMPOLINE_BITS 4 /* log2 of their distance in bytes */

#endif
