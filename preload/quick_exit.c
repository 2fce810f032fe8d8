/* SPDX-License-Identifier: MIT */
#include "quick_exit.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "ending.h"
#include "export.h"
#include "real.h"
#include "trace_format.h"

static _Atomic uint32_t told = SCA_STATUS_UNKNOWN;

static void at_quick(void)
{
    sca_ending(SCA_END_QUICK_EXIT, atomic_load(&told));
}

bool sca_quick_exit_start(void)
{
    return at_quick_exit(at_quick) == 0;
}

SCA_EXPORT _Noreturn void quick_exit(int status);
_Noreturn void quick_exit(int status)
{
    void (*real)(int) = (void (*)(int))sca_real(SCA_REAL_quick_exit);

    atomic_store(&told, (uint32_t)status & 0xff);
    real(status);
    __builtin_unreachable();
}
