/* SPDX-License-Identifier: MIT */
/*
 * A port from before its server learnt of environments: one for its whole life, and each block is
 * freed after use, as with free(). But RpcSmFree() only marks. Correct is an environment for each
 * request; with "at-once", to free blocks with midl_user_free().
 */
#include "rpc.h"

enum { REQUESTS = 3000 };

static NOINLINE void answer(void)
{
    char *block = allocate(64);

    memset(block, 1, 64);
    OK(release(block));
}

#if !defined(DCE_SM) && !defined(DCE_SS)
static NOINLINE void answer_at_once(void)
{
    midl_user_free(allocate(64));
}
#else
#define answer_at_once answer
#endif

int main(int argc, char **argv)
{
    int at_once = argc > 1 && strcmp(argv[1], "at-once") == 0;

    OK(enable());
    for (int i = 0; i < REQUESTS; i++) {
        if (at_once)
            answer_at_once();
        else
            answer();
#ifdef FIXED
        OK(disable());
        OK(enable());
#endif
    }
    OK(disable());
    return 0;
}
