/* SPDX-License-Identifier: MIT */
/* The environment is disabled while a helper still uses it. */
#include "rpc.h"

#include <semaphore.h>

static handle_t environment;
static sem_t attached, done;

static NOINLINE void *help(void *data)
{
    OK(use_thread_handle(environment));
    OK(release(data));
#ifdef FIXED
    OK(use_thread_handle(NULL));
#endif
    sem_post(&attached);
    sem_wait(&done);
#ifndef FIXED
    OK(use_thread_handle(NULL));
#endif
    return NULL;
}

int main(void)
{
    pthread_t helper;

    sem_init(&attached, 0, 0);
    sem_init(&done, 0, 0);
    OK(enable());
    environment = thread_handle();
    helper = start(help, allocate(10));
    sem_wait(&attached);
    OK(disable());
    sem_post(&done);
    await(helper);
    return 0;
}
