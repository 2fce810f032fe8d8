/* SPDX-License-Identifier: MIT */
#include <scardaudit/rpcsm.h>

int main(void)
{
    RPC_STATUS status;

    RpcSmEnableAllocate();
    if (!RpcSmAllocate(16, &status))
        return 1;
    return 0; /* RpcSmDisableAllocate() is missing */
}
