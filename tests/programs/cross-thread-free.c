/* SPDX-License-Identifier: MIT */
/* A block is freed by another thread than the one that was given it. */
#include "card.h"

#include <pthread.h>

static SCARDCONTEXT ctx;

static void *free_elsewhere(void *block)
{
    free_block(ctx, block);
    return NULL;
}

int main(void)
{
    char *readers;

    ctx = open_context();
    readers = list_readers(ctx);
#ifdef FIXED
    free_elsewhere(readers);
#else
    pthread_t thread;

    if (pthread_create(&thread, NULL, free_elsewhere, readers) != 0)
        return UNEXPECTED;
    pthread_join(thread, NULL);
#endif
    close_context(ctx);
    return 0;
}
