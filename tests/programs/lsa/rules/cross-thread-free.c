/* SPDX-License-Identifier: MIT */
/* A thread frees the block that Initialize allocated: no contract forbids it. */
#include "rules.h"
#include <pthread.h>

static PVOID section, block;

static void *free_there(void *unused)
{
    release(section, block);
    return unused;
}

static void work(void)
{
    pthread_t thread;

    section = open_section();
    block = allocate(section);
#ifdef FIXED
    (void)thread;
    free_there(NULL);
#else
    EXPECT(pthread_create(&thread, NULL, free_there, NULL) == 0);
    pthread_join(thread, NULL);
#endif
}

static void finish(void)
{
    close_section(section);
}
