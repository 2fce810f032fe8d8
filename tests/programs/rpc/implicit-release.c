/* SPDX-License-Identifier: MIT */
/* Three blocks that are released only because their environment is disabled. */
#include "rpc.h"

static NOINLINE void answer(void)
{
    void *block = allocate(20);

#ifdef FIXED
    OK(release(block));
#else
    (void)block;
#endif
}

int main(void)
{
    OK(enable());
    for (int i = 0; i < 3; i++)
        answer();
    OK(disable());
    return 0;
}
