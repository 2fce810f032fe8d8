/* SPDX-License-Identifier: MIT */
/*
 * libport.so, a mock of what people write who port a program from Windows in a hurry: memory of
 * malloc(), freed at once, and environments in name only. Thread handles there are none.
 */
#include <stddef.h>
#include <stdlib.h>

void *RpcSmAllocate(size_t size, int *status)
{
    void *block = malloc(size);

    *status = block ? 0 : 14;
    return block;
}

int RpcSmFree(void *block)
{
    free(block);
    return 0;
}

int RpcSmEnableAllocate(void)
{
    return 0;
}

int RpcSmDisableAllocate(void)
{
    return 0;
}

int RpcSmClientFree(void *block)
{
    free(block);
    return 0;
}

void *midl_user_allocate(size_t size)
{
    return malloc(size);
}

void midl_user_free(void *block)
{
    free(block);
}
