/* SPDX-License-Identifier: MIT */
#include <scardaudit/rpcsm.h>

int main(void)
{
    RPC_STATUS status;

    RpcSmEnableAllocate();
    for (int request = 0; request < 10000; request++) {
        void *answer = RpcSmAllocate(64, &status);

        RpcSmFree(answer); /* only marks: 10000 blocks wait for the end */
    }
    RpcSmDisableAllocate();
    return 0;
}
