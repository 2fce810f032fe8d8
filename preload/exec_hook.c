/* SPDX-License-Identifier: MIT */
/*
 * The end of this program: what the nine exec functions ask first (they do not pass through each
 * other's exported names, so each is hooked), and the two functions that end a process without exit
 * handlers.
 */
#include "hooks.h"

#include <errno.h>

#include "export.h"
#include "process.h"
#include "real.h"
#include "trace_format.h"

struct sca_lookup sca_exec_attempt(int function)
{
    struct sca_lookup answer = {NULL, sca_real((enum sca_real)function)};
    int saved = errno;

    sca_process_exec();
    errno = saved;
    return answer;
}

/* A vfork child ends here too, in its parent's memory: process.c looks at the pid first. */
static _Noreturn void end(enum sca_real function, int status)
{
    void (*real)(int) = (void (*)(int))sca_real(function);

    sca_process_end(SCA_END__EXIT, (uint32_t)status & 0xff);
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
