/* SPDX-License-Identifier: MIT */
/* A program that has what the library exports weakly. */
#include <stdio.h>
#include <stdlib.h>
#include <scardaudit/rpcsm.h>

void *midl_user_allocate(size_t size)
{
    puts("my own midl_user_allocate");
    return malloc(size);
}

void midl_user_free(void *block)
{
    puts("my own midl_user_free");
    free(block);
}

void RpcRaiseException(RPC_STATUS code)
{
    printf("my own RpcRaiseException(%d)\n", (int)code);
    exit(0);
}

int main(void)
{
    midl_user_free(midl_user_allocate(8));
    RpcTryExcept
    {
        RpcSsAllocate(8);
    }
    RpcExcept(1)
    {
        printf("RpcSsAllocate raised %d\n", (int)RpcExceptionCode());
        RpcRaiseException(5);
    }
    RpcEndExcept;
    return 1;
}
