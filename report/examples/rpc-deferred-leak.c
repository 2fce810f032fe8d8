/* SPDX-License-Identifier: MIT */
#include <scardaudit/rpcsm.h>

int main(void)
{
    RPC_STATUS status;

    RpcSmEnableAllocate();
    RpcSmFree(RpcSmAllocate(16, &status)); /* marks the block */
    return 0;                              /* RpcSmDisableAllocate() would release it */
}
