/* SPDX-License-Identifier: MIT */
/* The function tables of packages, SECPKG_FUNCTION_TABLE. Any thread. */
#ifndef SCA_LSA_PACKAGES_H
#define SCA_LSA_PACKAGES_H

#include <stddef.h>
#include <stdint.h>

#include "api.h"

/* SpLsaModeInitialize, which is `entry`, came back, and was given these. */
void sca_lsa_packages(const void *entry, const uint64_t args[SCA_MAX_ARGS]);

/* The host called Initialize or Shutdown of the package with this number. Returns the raw RAX. */
uint64_t sca_lsa_package_initialize(size_t number, uint64_t args[SCA_MAX_ARGS], const void *caller);
uint64_t sca_lsa_package_shutdown(size_t number, uint64_t args[SCA_MAX_ARGS], const void *caller);

#endif
