/* SPDX-License-Identifier: MIT */
/*
 * libc's own functions behind the ones we interpose, found in libc's symbol table itself: that
 * works before any constructor ran and needs no dlsym. Any thread, any signal handler.
 */
#ifndef SCA_REAL_H
#define SCA_REAL_H

/* X(name): every libc function that we interpose. */
#define SCA_LIBC_FUNCTIONS(X)                                                                      \
    X(dlsym)                                                                                       \
    X(dlvsym)                                                                                      \
    X(dlclose)                                                                                     \
    X(_exit)                                                                                       \
    X(_Exit)                                                                                       \
    X(execl)                                                                                       \
    X(execlp)                                                                                      \
    X(execle)                                                                                      \
    X(execv)                                                                                       \
    X(execvp)                                                                                      \
    X(execvpe)                                                                                     \
    X(execve)                                                                                      \
    X(fexecve)                                                                                     \
    X(execveat)                                                                                    \
    X(dl_iterate_phdr)                                                                             \
    X(close)                                                                                       \
    X(dup2)                                                                                        \
    X(dup3)                                                                                        \
    X(close_range)                                                                                 \
    X(closefrom)

#define SCA_X(name) SCA_REAL_##name,
enum sca_real { SCA_LIBC_FUNCTIONS(SCA_X) SCA_REAL_COUNT };
#undef SCA_X

/* Its address. Never NULL: without it the process cannot go on, and ends with a message. */
void *sca_real(enum sca_real function);

/* dlsym and dlvsym for our own use; RTLD_NEXT then means "after libscardaudit.so". */
void *sca_real_dlsym(void *handle, const char *name);
void *sca_real_dlvsym(void *handle, const char *name, const char *version);

#endif
