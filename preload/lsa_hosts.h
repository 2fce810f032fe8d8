/* SPDX-License-Identifier: MIT */
/* The function tables of hosts, LSA_SECPKG_FUNCTION_TABLE. Any thread. */
#ifndef SCA_LSA_HOSTS_H
#define SCA_LSA_HOSTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "api.h"

/* A package is initialized with this table, which may be anything: have its calls recorded. False:
 * they are not, or not all of them. */
bool sca_lsa_host(uint64_t table);

/* A slot was called, by its number among those of all tables (its stub's). Returns the raw RAX. */
uint64_t sca_lsa_host_called(size_t number, uint64_t args[SCA_MAX_ARGS], const void *caller);

#endif
