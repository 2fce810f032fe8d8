/* SPDX-License-Identifier: MIT */
/* Allocates in a thread without environment. */
#include "rpc.h"

int main(void)
{
    void *block;

#ifdef FIXED
    OK(enable());
#endif
    block = try_allocate(16);
    if (block)
        OK(release(block));
#ifdef FIXED
    OK(disable());
#endif
    return 0;
}
