/* SPDX-License-Identifier: MIT */
/* malloc and free, which leave errno as it was: callers learn of a failure by a status. */
#ifndef PROVIDERS_MEMORY_H
#define PROVIDERS_MEMORY_H

#include <errno.h>
#include <stdlib.h>

static inline void *take(size_t size)
{
    int saved = errno;
    void *block = malloc(size);

    errno = saved;
    return block;
}

static inline void *take_zeroed(size_t count, size_t size)
{
    int saved = errno;
    void *block = calloc(count, size);

    errno = saved;
    return block;
}

static inline void give_back(void *block)
{
    int saved = errno;

    free(block);
    errno = saved;
}

#endif
