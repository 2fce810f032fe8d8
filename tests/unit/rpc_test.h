/* SPDX-License-Identifier: MIT */
/* What the tests of the provider share. */
#ifndef TESTS_RPC_TEST_H
#define TESTS_RPC_TEST_H

#include <pthread.h>
#include <stdlib.h>
#include <scardaudit/rpcsm.h>
#include "tap.h"

static inline void status_is(RPC_STATUS got, RPC_STATUS expected, const char *name)
{
    ok(got == expected, name);
    if (got != expected)
        printf("# got status %d, expected %d\n", (int)got, (int)expected);
}

/* A function on a thread of its own, to its end; what it returns */
static inline void *on_thread(void *(*function)(void *), void *argument)
{
    pthread_t thread;
    void *result;

    if (pthread_create(&thread, NULL, function, argument) != 0 ||
        pthread_join(thread, &result) != 0)
        abort();
    return result;
}

static inline int finish(void)
{
    printf("1..%d\n", number);
    return failures != 0;
}

#endif
