/* SPDX-License-Identifier: MIT */
/*
 * Packages, from the file to their end:
 *
 *     dlopen, SpLsaModeInitialize    once for each file, which may have several packages
 *     Initialize, GetInfo            once for each package
 *     Shutdown                       at the end, the last one first
 *
 * What fails is told on standard error, and the package is left out. Files stay loaded.
 */
#ifndef PROVIDERS_LSA_PACKAGE_H
#define PROVIDERS_LSA_PACKAGE_H

#include <stdbool.h>
#include <scardaudit/lsahost.h>

struct lsa_options {
    PSECPKG_PARAMETERS parameters;        /* may be NULL */
    PLSA_SECPKG_FUNCTION_TABLE functions; /* may be NULL */
    unsigned slots;                       /* in each table of a package */
    bool verbose;
};

/* False: it, or one of its packages, failed. */
bool lsa_package_load(const char *file, const struct lsa_options *options);
bool lsa_packages_shut_down(void);

#endif
