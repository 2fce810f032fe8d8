/* SPDX-License-Identifier: MIT */
/* A thread with a pending cancellation makes the first call; other threads must be able to go on.
 */
#include "attack.h"

static void *cancelled(void *unused)
{
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
    pthread_cancel(pthread_self());
    pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
    ask();
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
    puts("the call returned");
    return unused;
}

static void *other(void *unused)
{
    ask();
    puts("another thread's too");
    return unused;
}

int main(void)
{
    alarm(10);
    run_thread(cancelled);
    run_thread(other);
    return 0;
}
