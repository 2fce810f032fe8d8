/* SPDX-License-Identifier: MIT */
/*
 * Each block is given to SCardFreeMemory by two threads at once, by one of them with a context that
 * there is not: COUNT blocks.
 */
#include "blocks.h"

#include <stdatomic.h>

static long count;
static _Atomic(char *) block;
static atomic_long begun, done;

static NOINLINE void give_with_no_context(void)
{
    SCardFreeMemory(ctx + 1, atomic_load(&block));
}

static void *fail(void *unused)
{
    for (long i = 1; i <= count; i++) {
        while (atomic_load(&begun) < i)
            ;
        give_with_no_context();
        atomic_store(&done, i);
    }
    return unused;
}

int main(int argc, char **argv)
{
    pthread_t thread;

    count = argc > 1 ? atol(argv[1]) : 1;
    establish();
    if (pthread_create(&thread, NULL, fail, NULL) != 0)
        abort();
    for (long i = 1; i <= count; i++) {
        atomic_store(&block, get_block(40));
        atomic_store(&begun, i);
        give_to_library(atomic_load(&block));
        while (atomic_load(&done) < i)
            ;
    }
    pthread_join(thread, NULL);
    release();
    return 0;
}
