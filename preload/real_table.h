/* SPDX-License-Identifier: MIT */
/* X(name): every libc function that we interpose. Read by C and by the assembler. */
#ifndef SCA_REAL_TABLE_H
#define SCA_REAL_TABLE_H

#define SCA_LIBC_FUNCTIONS(X)                                                                      \
    X(dlsym)                                                                                       \
    X(dlopen)                                                                                      \
    X(dlvsym)                                                                                      \
    X(dlmopen)                                                                                     \
    X(dlclose)                                                                                     \
    X(_exit)                                                                                       \
    X(_Exit)                                                                                       \
    X(quick_exit)                                                                                  \
    X(execl)                                                                                       \
    X(execlp)                                                                                      \
    X(execle)                                                                                      \
    X(execv)                                                                                       \
    X(execvp)                                                                                      \
    X(execvpe)                                                                                     \
    X(execve)                                                                                      \
    X(fexecve)                                                                                     \
    X(execveat)                                                                                    \
    X(popen)                                                                                       \
    X(posix_spawn)                                                                                 \
    X(posix_spawnp)                                                                                \
    X(system)                                                                                      \
    X(dl_iterate_phdr)                                                                             \
    X(close)                                                                                       \
    X(dup2)                                                                                        \
    X(dup3)                                                                                        \
    X(pipe2)                                                                                       \
    X(close_range)                                                                                 \
    X(closefrom)                                                                                   \
    X(prctl)                                                                                       \
    X(syscall)

#endif
