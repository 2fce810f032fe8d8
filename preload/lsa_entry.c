/* SPDX-License-Identifier: MIT */
#include "lsa_entry.h"

#include <stddef.h>

#include "lsa_table.h"
#include "port.h"

#define NAME(name) #name,
static const char *const entries[] = {SCA_LSA_ENTRIES(NAME)};

bool sca_is_lsa_entry(const char *name)
{
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++)
        if (sca_same(entries[i], name))
            return true;
    return false;
}
