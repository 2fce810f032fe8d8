/* SPDX-License-Identifier: MIT */
/*
 * libc's own functions behind the ones we interpose, found in libc's symbol table itself: that
 * works before any constructor ran and needs no dlsym. Any thread, any signal handler.
 */
#ifndef SCA_REAL_H
#define SCA_REAL_H

#include "real_table.h"

#define SCA_X(name) SCA_REAL_##name,
enum sca_real { SCA_LIBC_FUNCTIONS(SCA_X) SCA_REAL_COUNT };
#undef SCA_X

/* Its address. Never NULL: without it the process cannot go on, and ends with a message. */
void *sca_real(enum sca_real function);

/* That of another function of libc, one that somebody else may interpose. Looked up each time. */
void *sca_real_other(const char *name);

/* dlsym and dlvsym for our own use; RTLD_NEXT then means "after libscardaudit.so". */
void *sca_real_dlsym(void *handle, const char *name);
void *sca_real_dlvsym(void *handle, const char *name, const char *version);

#endif
