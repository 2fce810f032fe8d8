/* SPDX-License-Identifier: MIT */
#include <scardaudit/rpcsm.h>

int main(void)
{
    RPC_STATUS status;
    void *block = RpcSmAllocate(16, &status); /* in which environment? */

    return block != NULL;
}
