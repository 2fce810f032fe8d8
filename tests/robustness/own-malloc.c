/* SPDX-License-Identifier: MIT */
/*
 * A program that brings its own malloc, as browsers do: nobody's free() is ours. "right": every
 * block goes back as it should, and its address comes back at once; "wrong": one goes to free().
 */
#include "blocks.h"

#include <stddef.h>

#define SLOTS 4096
#define SLOT 8192

static _Alignas(max_align_t) char memory[SLOTS][SLOT];
static char used[SLOTS];

void *malloc(size_t size)
{
    for (size_t i = 0; size <= SLOT && i < SLOTS; i++)
        if (!used[i]) {
            used[i] = 1;
            return memory[i];
        }
    write(2, "no memory\n", 10);
    _exit(3);
}

void free(void *block)
{
    if (block)
        used[((char *)block - memory[0]) / SLOT] = 0;
}

void *calloc(size_t count, size_t size)
{
    return memset(malloc(count * size), 0, count * size);
}

void *realloc(void *block, size_t size)
{
    char *result = malloc(size);

    if (block)
        memcpy(result, block, SLOT);
    free(block);
    return result;
}

int main(int argc, char **argv)
{
    establish();
    for (int i = 0; i < 100; i++)
        give_to_library(get_block(40));
    if (argc > 1 && !strcmp(argv[1], "wrong"))
        give_to_free(get_block(40));
    for (int i = 0; i < 100; i++)
        free(malloc(40));
    release();
    return 0;
}
