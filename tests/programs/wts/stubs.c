/* SPDX-License-Identifier: MIT */
/*
 * Memory of two families in one program: "to-rpc" gives a buffer to RpcSmFree(), "to-wts" a block
 * of RpcSmAllocate() to WTSFreeMemory().
 */
#include "wts.h"

#include <scardaudit/rpcsm.h>

static NOINLINE void *allocate(void)
{
    int32_t status = -1;
    void *block = RpcSmAllocate(5000, &status);

    OK(block && status == 0);
    return block;
}

static NOINLINE int32_t release(void *block)
{
    return RpcSmFree(block);
}

static void to_rpc(void)
{
    char *user = query_session(WTS_CURRENT_SERVER_HANDLE, WTSUserName);

#ifdef FIXED
    free_memory(user);
#else
    release(user);
#endif
}

static void to_wts(void)
{
    void *block = allocate();

#ifdef FIXED
    OK(release(block) == 0);
#else
    void *volatile taken;
    uintptr_t place = (uintptr_t)block;

    free_memory(block);
    /* so that the environment can release it */
    taken = malloc(5000);
    if ((uintptr_t)taken != place)
        fputs("other memory\n", stderr);
#endif
}

static const struct way ways[] = {{"to-rpc", to_rpc}, {"to-wts", to_wts}};

int main(int argc, char **argv)
{
    int status;

    OK(RpcSmEnableAllocate() == 0);
    status = GO(ways, argc, argv);
    OK(RpcSmDisableAllocate() == 0);
    return status;
}
