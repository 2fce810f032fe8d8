/* SPDX-License-Identifier: MIT */
#include "text_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "memory.h"

#define MAX_SIZE ((size_t)16 << 20)

/* All of it, or NULL and why not. */
static char *read_all(int file, size_t *size, const char **why)
{
    size_t room = 4096;
    char *text = xmalloc(room);

    for (*size = 0; *size <= MAX_SIZE;) {
        ssize_t got;

        if (*size == room) {
            room *= 2;
            text = xrealloc(text, room, 1);
        }
        got = read(file, text + *size, room - *size);
        if (got == 0)
            return text;
        if (got < 0 && errno != EINTR) {
            *why = strerror(errno);
            free(text);
            return NULL;
        }
        *size += got > 0 ? (size_t)got : 0;
    }
    *why = "it is larger than 16 MiB";
    free(text);
    return NULL;
}

char *text_file_read(const char *path, size_t *size, char **problem)
{
    /* O_NONBLOCK: a FIFO would wait for its writer. */
    int file = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    const char *why = NULL;
    struct stat status;
    char *text = NULL;

    *size = 0;
    if (file < 0 || fstat(file, &status) < 0)
        why = strerror(errno);
    else if (S_ISDIR(status.st_mode))
        why = strerror(EISDIR);
    else if (!S_ISREG(status.st_mode))
        why = "it is no regular file";
    else
        text = read_all(file, size, &why);
    if (!text)
        *problem = xasprintf("cannot read %s: %s", path, why);
    if (file >= 0)
        close(file);
    return text;
}

static char *hand_over(text_file_line *line, void *data, const char *start, size_t length,
                       unsigned number)
{
    char *copy, *wrong;

    if (memchr(start, '\0', length))
        return xstrdup("a NUL byte");
    copy = xstrndup(start, length);
    wrong = line(data, copy, number);
    free(copy);
    return wrong;
}

int text_file_lines(const char *name, const char *text, size_t size, text_file_line *line,
                    void *data, char **problem)
{
    const char *end = text + size;

    *problem = NULL;
    if (size >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) /* an editor's byte order mark */
        text += 3;
    for (unsigned number = 1; text < end; number++) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        size_t length = (size_t)((newline ? newline : end) - text);
        size_t kept = length && text[length - 1] == '\r' ? length - 1 : length;
        char *wrong = hand_over(line, data, text, kept, number);

        if (wrong) {
            *problem = xasprintf("%s:%u: %s", name, number, wrong);
            free(wrong);
            return -1;
        }
        text += newline ? length + 1 : length;
    }
    return 0;
}
