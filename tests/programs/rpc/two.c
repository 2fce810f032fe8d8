/* SPDX-License-Identifier: MIT */
/*
 * Two libraries on one thread: it has been in an environment of the first when it enters its first
 * of the second, which is that library's first as well. It was not asked for a handle before.
 */
#include <stdint.h>
#include <stdio.h>

#include "dce-like.h"

int32_t RpcSmEnableAllocate(void);
int32_t RpcSmDisableAllocate(void);

int main(void)
{
    printf("%d\n", RpcSmEnableAllocate());
    printf("%d\n", RpcSmDisableAllocate());
    rpc_ss_enable_allocate();
    rpc_ss_disable_allocate();
    printf("asked early: %d\n", dce_asked_early);
    return 0;
}
