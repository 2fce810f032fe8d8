/* SPDX-License-Identifier: MIT */
/* An allocator that never takes anything back. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define BEFORE 16 /* each block's size lies there */
#define SIZE ((size_t)64 << 20)

static _Alignas(16) char memory[SIZE];

size_t malloc_usable_size(void *block);

static size_t *size_of(void *block)
{
    return (size_t *)(void *)((char *)block - BEFORE);
}

size_t malloc_usable_size(void *block)
{
    return *size_of(block);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    static size_t used;
    size_t whole = size + alignment + 2 * BEFORE;
    size_t start = __atomic_fetch_add(&used, whole & ~(size_t)(BEFORE - 1), __ATOMIC_RELAXED);
    uintptr_t block = ((uintptr_t)memory + start + BEFORE + alignment - 1) & ~(alignment - 1);

    if (start + whole > SIZE)
        return NULL;
    *size_of((void *)block) = size;
    return (void *)block;
}

void *malloc(size_t size)
{
    return aligned_alloc(BEFORE, size);
}

void *calloc(size_t count, size_t size)
{
    return malloc(count * size); /* which nobody has used before */
}

void free(void *block)
{
    (void)block;
}

void *realloc(void *block, size_t size)
{
    char *result = malloc(size);

    if (result && block)
        memcpy(result, block, size < *size_of(block) ? size : *size_of(block));
    return result;
}

int posix_memalign(void **block, size_t alignment, size_t size)
{
    *block = aligned_alloc(alignment, size);
    return 0;
}
