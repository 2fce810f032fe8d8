/* SPDX-License-Identifier: MIT */
/* X(name): what a security package exports, and its host looks up or is linked to. */
#ifndef SCA_LSA_TABLE_H
#define SCA_LSA_TABLE_H

#define SCA_LSA_ENTRIES(X) X(SpLsaModeInitialize)

#endif
