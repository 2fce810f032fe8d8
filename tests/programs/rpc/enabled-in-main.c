/* SPDX-License-Identifier: MIT */
/*
 * As in another DCE program: main() enables, so that all of it may allocate, and nothing ever
 * disables. What the operations forget stays until the end.
 */
#include "rpc.h"

static NOINLINE void operation(int i)
{
    void *answer = allocate((block_size_t)(10 * (i + 1)));

#ifndef FIXED
    if (i % 2 == 0)
#endif
        OK(release(answer));
}

int main(void)
{
    OK(enable());
    for (int i = 0; i < 4; i++)
        operation(i);
#ifdef FIXED
    OK(disable());
#endif
    return 0;
}
