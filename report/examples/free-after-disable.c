/* SPDX-License-Identifier: MIT */
#include <scardaudit/rpcsm.h>

int main(void)
{
    RPC_STATUS status;
    void *block;

    RpcSmEnableAllocate();
    block = RpcSmAllocate(16, &status);
    RpcSmDisableAllocate(); /* releases the block */
    RpcSmFree(block);
    return 0;
}
