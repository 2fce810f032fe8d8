/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <scardaudit/rpcsm.h>

static pthread_barrier_t attached, disabled;

static void *help(void *environment)
{
    RpcSmSetThreadHandle(environment);
    pthread_barrier_wait(&attached);
    pthread_barrier_wait(&disabled); /* whatever it allocates and frees now is wrong */
    return NULL;
}

int main(void)
{
    RPC_STATUS status;
    pthread_t helper;

    pthread_barrier_init(&attached, NULL, 2);
    pthread_barrier_init(&disabled, NULL, 2);
    RpcSmEnableAllocate();
    if (pthread_create(&helper, NULL, help, RpcSmGetThreadHandle(&status)) != 0)
        return 1;
    pthread_barrier_wait(&attached);
    RpcSmDisableAllocate(); /* the helper is still in it */
    pthread_barrier_wait(&disabled);
    pthread_join(helper, NULL);
    return 0;
}
