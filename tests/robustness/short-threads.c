/* SPDX-License-Identifier: MIT */
/* 5,000 threads of one call each, a few at a time. */
#include "attack.h"

static void *call_once(void *unused)
{
    ask();
    return unused;
}

int main(void)
{
    for (int i = 0; i < 1250; i++) {
        pthread_t threads[4];

        for (int j = 0; j < 4; j++)
            if (pthread_create(&threads[j], NULL, call_once, NULL) != 0)
                abort();
        for (int j = 0; j < 4; j++)
            pthread_join(threads[j], NULL);
    }
    puts("done");
    return 0;
}
