/* SPDX-License-Identifier: MIT */
#include <scardaudit/rpcsm.h>
#include <stdlib.h>

static void *own_allocate(size_t size)
{
    return malloc(size);
}

static void own_free(void *block)
{
    free(block);
}

int main(void)
{
    RPC_CLIENT_ALLOC *old_allocate;
    RPC_CLIENT_FREE *old_free;

    RpcSmSwapClientAllocFree(own_allocate, own_free, &old_allocate, &old_free);
    return 0; /* and the old ones? */
}
