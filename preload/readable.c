/* SPDX-License-Identifier: MIT */
#include "readable.h"

#include <errno.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "company.h"
#include "export.h"
#include "port.h"

/* Valgrind has an opinion of what other calls are given. */
static bool is_readable_in_valgrind(uintptr_t address)
{
    char copy;
    struct iovec local = {&copy, 1}, remote = {(void *)address, 1};

    return sca_syscall(SYS_process_vm_readv, sca_pid(), &local, 1, &remote, 1, 0) != -EFAULT;
}

/* The kernel compares the word with 0, then wakes nobody and moves nobody. */
bool sca_is_readable(uintptr_t address)
{
    uintptr_t word = address & ~(uintptr_t)3;

    if (!sca_may_call())
        return false;
    if (SCA_UNLIKELY(sca_under_valgrind()))
        return is_readable_in_valgrind(address);
    return sca_syscall(SYS_futex, word, FUTEX_CMP_REQUEUE_PRIVATE, 0, 0, word, 0) != -EFAULT;
}
