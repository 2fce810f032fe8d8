/* SPDX-License-Identifier: MIT */
/* A function enables for itself what its caller has enabled already. */
#include "rpc.h"

static NOINLINE void work(void)
{
#ifndef FIXED
    OK(enable());
#endif
    OK(release(allocate(10)));
#ifndef FIXED
    OK(disable());
#endif
}

int main(void)
{
    OK(enable());
    work();
    disable();
    return 0;
}
