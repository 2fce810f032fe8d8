/* SPDX-License-Identifier: MIT */
/* A data race, for ThreadSanitizer to find and to end the process with its own status. */
#include "attack.h"

static int shared;

static void *change(void *unused)
{
    shared++;
    return unused;
}

int main(void)
{
    pthread_t thread;

    ask();
    pthread_create(&thread, NULL, change, NULL);
    shared++;
    pthread_join(thread, NULL);
    return 0;
}
