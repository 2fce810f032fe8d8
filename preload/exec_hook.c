/* SPDX-License-Identifier: MIT */
/*
 * What the functions that start a program ask first (those of libc do not pass through each other's
 * exported names, so each is hooked), and the two that end a process without exit handlers.
 */
#include "hooks.h"

#include <errno.h>

#include "ending.h"
#include "export.h"
#include "follow.h"
#include "real.h"
#include "trace_format.h"

struct sca_lookup sca_exec_attempt(int function, const uintptr_t *saved)
{
    int error = errno;
    struct sca_start start = sca_follow((enum sca_real)function, saved);

    if (start.replaces)
        sca_ending_exec(start.unaudited);
    errno = error;
    return (struct sca_lookup){NULL, start.go_on};
}

/* A vfork child ends here too, in its parent's memory: ending.c looks at the pid first. */
static _Noreturn void end(enum sca_real function, int status)
{
    void (*real)(int) = (void (*)(int))sca_real(function);

    sca_ending(SCA_END__EXIT, (uint32_t)status & 0xff);
    real(status);
    __builtin_unreachable();
}

SCA_EXPORT _Noreturn void _exit(int status);
_Noreturn void _exit(int status)
{
    end(SCA_REAL__exit, status);
}

SCA_EXPORT _Noreturn void _Exit(int status);
_Noreturn void _Exit(int status)
{
    end(SCA_REAL__Exit, status);
}
