/* SPDX-License-Identifier: MIT */
#include <scardaudit/rpcsm.h>

int main(void)
{
    RpcSmEnableAllocate();
    RpcSmDisableAllocate();
    RpcSmDisableAllocate(); /* once more than enabled */
    return 0;
}
