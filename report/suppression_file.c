/* SPDX-License-Identifier: MIT */
#include "suppression_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "embed.h"
#include "memory.h"
#include "suppression_line.h"

#define MAX_SIZE ((size_t)16 << 20)

/* ---- text ----------------------------------------------------------------------------------- */

static bool is_skipped(const char *line)
{
    line += strspn(line, " \t");
    return !*line || *line == '#';
}

/* `line` has no end any more: neither LF nor CR LF. */
static char *read_line(struct suppressions *suppressions, const char *file, unsigned number,
                       const char *line, size_t length)
{
    struct suppression suppression = {.file = file, .line = number};
    char *problem;

    if (memchr(line, '\0', length))
        return xstrdup("a NUL byte");
    if (is_skipped(line))
        return NULL;
    problem = suppression_parse_line(&suppression, line);
    if (problem) {
        suppression_clear(&suppression);
        return problem;
    }
    GROW(suppressions->list, suppressions->count, suppressions->room);
    suppressions->list[suppressions->count++] = suppression;
    return NULL;
}

static const char *keep_name(struct suppressions *suppressions, const char *name)
{
    GROW(suppressions->files, suppressions->files_count, suppressions->files_room);
    return suppressions->files[suppressions->files_count++] = xstrdup(name);
}

int suppressions_parse(struct suppressions *suppressions, const char *name, const char *text,
                       size_t size, char **problem)
{
    const char *file = keep_name(suppressions, name);
    const char *end = text + size;

    *problem = NULL;
    if (size >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) /* an editor's byte order mark */
        text += 3;
    for (unsigned number = 1; text < end; number++) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        size_t length = (size_t)((newline ? newline : end) - text);
        size_t kept = length && text[length - 1] == '\r' ? length - 1 : length;
        char *line = xmalloc(kept + 1);
        char *wrong;

        memcpy(line, text, kept);
        line[kept] = '\0';
        wrong = read_line(suppressions, file, number, line, kept);
        free(line);
        if (wrong) {
            *problem = xasprintf("%s:%u: %s", name, number, wrong);
            free(wrong);
            return -1;
        }
        text += newline ? length + 1 : length;
    }
    return 0;
}

/* ---- files ---------------------------------------------------------------------------------- */

static char *failed(const char *path, const char *why)
{
    return xasprintf("cannot read %s: %s", path, why);
}

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

static int read_file(struct suppressions *suppressions, const char *path, char **problem)
{
    /* O_NONBLOCK: a FIFO would wait for its writer. */
    int file = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    const char *why = NULL;
    struct stat status;
    char *text = NULL;
    size_t size = 0;
    int result = -1;

    if (file < 0 || fstat(file, &status) < 0)
        why = strerror(errno);
    else if (S_ISDIR(status.st_mode))
        why = strerror(EISDIR);
    else if (!S_ISREG(status.st_mode))
        why = "it is no regular file";
    else
        text = read_all(file, &size, &why);
    if (text)
        result = suppressions_parse(suppressions, path, text, size, problem);
    else
        *problem = failed(path, why);
    if (file >= 0)
        close(file);
    free(text);
    return result;
}

/* ---- what the program brings along ---------------------------------------------------------- */

static const char prefix[] = "default:";
static const char suffix[] = ".supp";

static size_t default_length(const struct embedded_file *file)
{
    return strlen(file->name) - strlen(suffix);
}

/* NULL if `name` is not "default:" and one of them. */
static const struct embedded_file *find_default(const char *name)
{
    if (strncmp(name, prefix, strlen(prefix)) != 0)
        return NULL;
    name += strlen(prefix);
    for (const struct embedded_file *file = embedded_suppressions; file->name; file++)
        if (strlen(name) == default_length(file) && !strncmp(name, file->name, strlen(name)))
            return file;
    return NULL;
}

char *suppressions_unknown_default(const char *name)
{
    char *problem;

    if (strncmp(name, prefix, strlen(prefix)) != 0 || find_default(name))
        return NULL;
    problem = xstrdup("there is no default of this name; there are");
    for (const struct embedded_file *file = embedded_suppressions; file->name; file++) {
        char *longer = xasprintf("%s %s%.*s%s", problem, prefix, (int)default_length(file),
                                 file->name, file[1].name ? "," : "");

        free(problem);
        problem = longer;
    }
    return problem;
}

int suppressions_add(struct suppressions *suppressions, const char *name, char **problem)
{
    const struct embedded_file *file = find_default(name);

    if (file)
        return suppressions_parse(suppressions, name, file->data, file->size, problem);
    *problem = suppressions_unknown_default(name);
    return *problem ? -1 : read_file(suppressions, name, problem);
}

void suppressions_free(struct suppressions *suppressions)
{
    for (size_t i = 0; i < suppressions->count; i++)
        suppression_clear(&suppressions->list[i]);
    for (size_t i = 0; i < suppressions->files_count; i++)
        free(suppressions->files[i]);
    free(suppressions->list);
    free(suppressions->files);
    *suppressions = (struct suppressions){0};
}
