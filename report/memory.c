/* SPDX-License-Identifier: MIT */
#include "memory.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "progress.h"

static void *check(void *block)
{
    if (!block) {
        progress_stop();
        fputs("scardaudit: out of memory\n", stderr);
        exit(3);
    }
    return block;
}

void *xmalloc(size_t size)
{
    return check(malloc(size ? size : 1));
}

void *xcalloc(size_t count, size_t size)
{
    return check(calloc(count ? count : 1, size ? size : 1));
}

void *xrealloc(void *block, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        return check(NULL);
    size_t bytes = count * size;

    return check(realloc(block, bytes ? bytes : 1));
}

char *xstrdup(const char *text)
{
    return check(strdup(text));
}

char *xstrndup(const char *text, size_t length)
{
    return check(strndup(text, length));
}

char *xasprintf(const char *format, ...)
{
    char *text = NULL;
    va_list arguments;

    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) < 0)
        text = NULL;
    va_end(arguments);
    return check(text);
}

FILE *xopen_text(char **text, size_t *size)
{
    return check(open_memstream(text, size));
}

void xclose_text(FILE *stream)
{
    if (fclose(stream) != 0)
        check(NULL);
}
