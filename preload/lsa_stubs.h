/* SPDX-License-Identifier: MIT */
/* The numbers of the stubs that stand in for functions of packages and hosts. */
#ifndef SCA_LSA_STUBS_H
#define SCA_LSA_STUBS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "slots.h"

enum sca_lsa_stub {
    SCA_LSA_ENTRY = 0,                                  /* of each file */
    SCA_LSA_INITIALIZE = SCA_LSA_ENTRY + SCA_LSA_FILES, /* of each table of a package */
    SCA_LSA_SHUTDOWN = SCA_LSA_INITIALIZE + SCA_LSA_PACKAGES,
    SCA_LSA_HOST = SCA_LSA_SHUTDOWN + SCA_LSA_PACKAGES, /* of each slot of each host's table */
    SCA_LSA_STUBS_END = SCA_LSA_HOST + SCA_LSA_HOSTS * SCA_LSA_SLOTS
};
_Static_assert(SCA_LSA_STUBS_END == SCA_LSA_STUBS, "as many as there are in the assembly");

extern const char sca_lsa_stubs[];

static inline void *sca_lsa_stub(size_t number)
{
    return (void *)(uintptr_t)(sca_lsa_stubs + (number << SCA_STUB_BITS));
}

static inline bool sca_is_lsa_stub(const void *function)
{
    uintptr_t offset = (uintptr_t)function - (uintptr_t)sca_lsa_stubs;

    return offset < (uintptr_t)SCA_LSA_STUBS_END << SCA_STUB_BITS;
}

#endif
