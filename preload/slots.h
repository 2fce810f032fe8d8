/* SPDX-License-Identifier: MIT */
/* How many stubs there are, of which kinds, and how they lie: for C and assembly alike. */
#ifndef SCA_SLOTS_H
#define SCA_SLOTS_H

#define SCA_STUB_BITS 4 /* log2 of the distance of stubs in bytes */

#define SCA_PROVIDERS 16 /* different ones per process; a further one passes through unaudited */

/* LSA, per process: files of packages, tables of theirs, tables of hosts and slots in each of them.
 * What there are more of passes through unaudited. */
#define SCA_LSA_FILES 16
#define SCA_LSA_PACKAGES 32
#define SCA_LSA_HOSTS 8
#define SCA_LSA_SLOTS 6
#define SCA_LSA_STUBS (SCA_LSA_FILES + 2 * SCA_LSA_PACKAGES + SCA_LSA_HOSTS * SCA_LSA_SLOTS)

#endif
