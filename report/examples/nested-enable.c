/* SPDX-License-Identifier: MIT */
#include <scardaudit/rpcsm.h>

static void answer_request(void)
{
    RpcSmEnableAllocate(); /* the caller has enabled already */
    RpcSmDisableAllocate();
}

int main(void)
{
    RpcSmEnableAllocate();
    answer_request();
    RpcSmDisableAllocate();
    return 0;
}
