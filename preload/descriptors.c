/* SPDX-License-Identifier: MIT */
/*
 * libunwind keeps a pipe and, where code has no unwind table, reads from and writes to it to see
 * whether an address is valid. A program that closes all descriptors and uses their numbers for
 * files of its own would find bytes missing there, or added: so libunwind is left alone from the
 * moment its pipe may be gone. Raw system calls are not seen.
 */
#include <errno.h>
#include <limits.h>
#include <linux/close_range.h>

#include "export.h"
#include "process.h"
#include "real.h"
#include "unwinder.h"

/* Descriptors from `first` to `last` are about to be closed or replaced. */
static void losing(unsigned first, unsigned last)
{
    int saved = errno;

    /* What a vfork child does to its own descriptors is nothing to us. */
    if (SCA_UNLIKELY(sca_unwinder_uses(first, last)) && sca_process_is_ours())
        sca_unwinder_distrust();
    errno = saved;
}

SCA_EXPORT int close(int fd);
int close(int fd)
{
    int (*real)(int) = (int (*)(int))sca_real(SCA_REAL_close);

    losing((unsigned)fd, (unsigned)fd);
    return real(fd);
}

SCA_EXPORT int dup2(int from, int to);
int dup2(int from, int to)
{
    int (*real)(int, int) = (int (*)(int, int))sca_real(SCA_REAL_dup2);

    losing((unsigned)to, (unsigned)to);
    return real(from, to);
}

SCA_EXPORT int dup3(int from, int to, int flags);
int dup3(int from, int to, int flags)
{
    int (*real)(int, int, int) = (int (*)(int, int, int))sca_real(SCA_REAL_dup3);

    losing((unsigned)to, (unsigned)to);
    return real(from, to, flags);
}

SCA_EXPORT int close_range(unsigned first, unsigned last, int flags);
int close_range(unsigned first, unsigned last, int flags)
{
    int (*real)(unsigned, unsigned, int) =
        (int (*)(unsigned, unsigned, int))sca_real(SCA_REAL_close_range);

    if (!(flags & CLOSE_RANGE_CLOEXEC))
        losing(first, last);
    return real(first, last, flags);
}

SCA_EXPORT void closefrom(int first);
void closefrom(int first)
{
    void (*real)(int) = (void (*)(int))sca_real(SCA_REAL_closefrom);

    losing(first < 0 ? 0 : (unsigned)first, UINT_MAX);
    real(first);
}
