/* SPDX-License-Identifier: MIT */
/* A preload that does nothing: what it costs to stand before free, realloc and operator delete. */
#include <dlfcn.h>
#include <stddef.h>

static void (*real_free)(void *);
static void *(*real_realloc)(void *, size_t);
static void (*real_delete)(void *);

__attribute__((constructor)) static void start(void)
{
    *(void **)&real_realloc = dlsym(RTLD_NEXT, "realloc");
    *(void **)&real_delete = dlsym(RTLD_NEXT, "_ZdlPv");
    *(void **)&real_free = dlsym(RTLD_NEXT, "free");
}

void free(void *block)
{
    /* Libraries that were started before this one leave a little behind. */
    if (real_free)
        real_free(block);
}

void *realloc(void *block, size_t size)
{
    if (!real_realloc)
        start();
    return real_realloc(block, size);
}

void _ZdlPv(void *block);

void _ZdlPv(void *block)
{
    real_delete(block);
}
