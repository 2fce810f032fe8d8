/* SPDX-License-Identifier: MIT */
/* Frees a block twice, the second time where an error is handled. */
#include "rpc.h"

static NOINLINE void handle_error(void *block)
{
    release(block);
}

int main(void)
{
    void *block;

    OK(enable());
    block = allocate(32);
    OK(release(block));
#ifdef FIXED
    (void)handle_error;
#else
    handle_error(block);
#endif
    OK(disable());
    return 0;
}
