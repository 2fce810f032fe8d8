/* SPDX-License-Identifier: MIT */
/*
 * Calls that do not return: a signal handler jumps out of one, and a thread is cancelled in one, in
 * each case before and after calls that do. SCardGetStatusChange of the stand-in waits for ever.
 */
#include <setjmp.h>
#include <time.h>

#include "attack.h"

static sigjmp_buf outside;

static void jump(int number)
{
    siglongjmp(outside, number);
}

static NOINLINE void wait_for_ever(void)
{
    SCardGetStatusChange(1001, INFINITE, NULL, 0);
}

static void jumps(void)
{
    struct itimerspec soon = {.it_value.tv_nsec = 20000000, .it_interval.tv_nsec = 20000000};
    timer_t timer;

    signal(SIGALRM, jump);
    if (timer_create(CLOCK_MONOTONIC, NULL, &timer) != 0 ||
        timer_settime(timer, 0, &soon, NULL) != 0)
        abort();
    for (volatile int i = 0; i < 20; i++) {
        ask();
        if (!sigsetjmp(outside, 1))
            wait_for_ever();
    }
    timer_delete(timer);
    puts("jumped");
}

static void *waits(void *unused)
{
    ask();
    wait_for_ever();
    return unused;
}

static void cancels(void)
{
    for (int i = 0; i < 20; i++) {
        pthread_t thread;
        void *result;

        if (pthread_create(&thread, NULL, waits, NULL) != 0)
            abort();
        if (i % 2)
            sched_yield();
        pthread_cancel(thread);
        pthread_join(thread, &result);
        if (result != PTHREAD_CANCELED)
            abort();
        ask();
    }
    puts("cancelled");
}

int main(void)
{
    jumps();
    cancels();
    ask();
    return 0;
}
