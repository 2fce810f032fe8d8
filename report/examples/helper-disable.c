/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <scardaudit/rpcsm.h>

static void *help(void *environment)
{
    RpcSmSetThreadHandle(environment);
    RpcSmDisableAllocate(); /* not the helper's to end */
    return NULL;
}

int main(void)
{
    RPC_STATUS status;
    pthread_t helper;

    RpcSmEnableAllocate();
    if (pthread_create(&helper, NULL, help, RpcSmGetThreadHandle(&status)) == 0)
        pthread_join(helper, NULL);
    RpcSmDisableAllocate();
    return 0;
}
