/* SPDX-License-Identifier: MIT */
/* A small library without a build id; what has MOVED in another build dies where it was. */
#include <stdint.h>
#include <stdlib.h>

int32_t RpcSmEnableAllocate(void);
int32_t RpcSmDisableAllocate(void);
void *RpcSmGetThreadHandle(int32_t *status);

static __thread int entered;

#ifdef MOVED
__attribute__((used, section(".text.unlikely"))) static void nothing_is_here(void)
{
    __asm__(".rept 512\n ud2\n .endr");
}
#endif

int32_t RpcSmEnableAllocate(void)
{
    entered++;
    return 0;
}

int32_t RpcSmDisableAllocate(void)
{
    entered--;
    return 0;
}

void *RpcSmGetThreadHandle(int32_t *status)
{
    *status = 0;
    return entered ? &entered : NULL;
}
