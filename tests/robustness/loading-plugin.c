/* SPDX-License-Identifier: MIT */
#include "attack.h"

static void *caller(void *unused)
{
    ask();
    return unused;
}

__attribute__((constructor)) static void constructor(void)
{
    run_thread(caller);
}
