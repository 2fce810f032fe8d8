/* SPDX-License-Identifier: MIT */
/* X(name): what a library loaded by LD_AUDIT exports to the loader, and our two copies to each
 * other. */
#ifndef SCA_RTLD_AUDIT_TABLE_H
#define SCA_RTLD_AUDIT_TABLE_H

#define SCA_RTLD_AUDIT_SYMBOLS(X)                                                                  \
    X(la_version)                                                                                  \
    X(la_activity)                                                                                 \
    X(la_objopen)                                                                                  \
    X(la_symbind64)                                                                                \
    X(scardaudit_preloaded)

#endif
