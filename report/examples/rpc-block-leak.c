/* SPDX-License-Identifier: MIT */
#include <scardaudit/rpcsm.h>

int main(void)
{
    RPC_STATUS status;

    RpcSmEnableAllocate();
    RpcSmAllocate(16, &status); /* neither freed, nor its environment disabled */
    return 0;
}
