/* SPDX-License-Identifier: MIT */
/* The names by which a host finds its way into a security package. */
#ifndef SCA_LSA_ENTRY_H
#define SCA_LSA_ENTRY_H

#include <stdbool.h>

/* Is it one of those (lsa_table.h)? Any string of the program's. */
bool sca_is_lsa_entry(const char *name);

#endif
