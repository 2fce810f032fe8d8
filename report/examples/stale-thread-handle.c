/* SPDX-License-Identifier: MIT */
#include <scardaudit/rpcsm.h>

int main(void)
{
    RPC_SS_THREAD_HANDLE environment;
    RPC_STATUS status;

    RpcSmEnableAllocate();
    environment = RpcSmGetThreadHandle(&status);
    RpcSmDisableAllocate();
    RpcSmSetThreadHandle(environment); /* of an environment that is gone */
    return 0;
}
