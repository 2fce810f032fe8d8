/* SPDX-License-Identifier: MIT */
/* The functions that packages are given. */
#ifndef PROVIDERS_LSA_TABLE_H
#define PROVIDERS_LSA_TABLE_H

#include <stdbool.h>
#include <scardaudit/lsahost.h>

/* The table, the same one each time; on pages that are read-only if so asked the first time. NULL:
 * no memory */
PLSA_SECPKG_FUNCTION_TABLE lsa_table(bool read_only);

#endif
