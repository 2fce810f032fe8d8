/* SPDX-License-Identifier: MIT */
#include <scardaudit/rpcsm.h>

int main(void)
{
    RPC_SS_THREAD_HANDLE environment;
    RPC_STATUS status;
    void *block;

    RpcSmEnableAllocate();
    block = RpcSmAllocate(16, &status);
    environment = RpcSmGetThreadHandle(&status);
    RpcSmSetThreadHandle(NULL); /* leaves the environment */
    RpcSmFree(block);           /* in none: nothing is freed */
    RpcSmSetThreadHandle(environment);
    RpcSmDisableAllocate();
    return 0;
}
