/* SPDX-License-Identifier: MIT */
/* Disables once more than it enabled. */
#include "rpc.h"

static NOINLINE void clean_up(void)
{
    disable();
}

int main(void)
{
    OK(enable());
    OK(release(allocate(10)));
    OK(disable());
#ifdef FIXED
    (void)clean_up;
#else
    clean_up();
#endif
    return 0;
}
