/* SPDX-License-Identifier: MIT */
#include "process_trace.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "preload/trace_format.h"
#include "report/base/base_name.h"
#include "report/base/memory.h"

static FILE *open_proc(pid_t pid, const char *file)
{
    char *path = xasprintf("/proc/%d/%s", (int)pid, file);
    FILE *stream = fopen(path, "re");
    int error = errno;

    free(path);
    errno = error;
    return stream;
}

/* ---- the mapped file ------------------------------------------------------------------------ */

/* The number that the process itself has, which another one than ours may be in a container. */
static uint32_t own_number(pid_t pid)
{
    FILE *status = open_proc(pid, "status");
    uint32_t number = (uint32_t)pid;
    char line[256];

    while (status && fgets(line, sizeof line, status)) {
        char *last = strrchr(line, '\t');

        if (!strncmp(line, "NSpid:", 6) && last)
            number = (uint32_t)strtoul(last + 1, NULL, 10);
    }
    if (status)
        fclose(status);
    return number;
}

/* A forked child may have its parent's trace mapped, until it looks after that. */
static bool is_trace_of(int file, uint32_t number)
{
    struct sca_header header;

    return pread(file, &header, sizeof header, 0) == (ssize_t)sizeof header &&
           !memcmp(header.magic, SCA_MAGIC, sizeof header.magic) && header.pid == number;
}

static int open_quietly(const char *path, uint32_t number)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    if (file < 0 || is_trace_of(file, number))
        return file;
    close(file);
    errno = ENOENT;
    return -1;
}

/* By its name, by its name in the process's own tree of files, and as what is mapped at `range`. */
static int open_mapped(pid_t pid, const char *name, const char *range)
{
    uint32_t number = own_number(pid);
    char *paths[] = {xstrdup(name), xasprintf("/proc/%d/root%s", (int)pid, name),
                     xasprintf("/proc/%d/map_files/%s", (int)pid, range)};
    int file = -1, error = 0;

    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        if (file < 0)
            file = open_quietly(paths[i], number);
        if (!error && file < 0 && errno != ENOENT)
            error = errno; /* the first that says more than that it is not there */
        free(paths[i]);
    }
    errno = error ? error : ENOENT;
    return file;
}

/* The name at the end of a line of /proc/PID/maps, in place; NULL if it is no trace's. */
static char *trace_name(char *line)
{
    static const char deleted[] = " (deleted)";
    char *name = strchr(line, '/'), *end = line + strlen(line), *to;

    if (!name)
        return NULL;
    if (end > name && end[-1] == '\n')
        *--end = '\0';
    if ((size_t)(end - name) > strlen(deleted) && !strcmp(end - strlen(deleted), deleted))
        end[-(ptrdiff_t)strlen(deleted)] = '\0';
    to = name;
    for (const char *from = name; *from; from++) { /* a newline in it is written so */
        bool newline = !strncmp(from, "\\012", 4);

        *to++ = newline ? '\n' : *from;
        from += newline ? 3 : 0;
    }
    *to = '\0';
    return fnmatch("scardaudit.*.trace", base_name(name), 0) == 0 ? name : NULL;
}

/* -1: errno says why; ENOENT if nothing is mapped that is a trace of this process. */
static int find_trace(pid_t pid, char **name)
{
    FILE *maps = open_proc(pid, "maps");
    char *line = NULL, *last = NULL;
    size_t room = 0;
    int file = -1, error = ENOENT;

    if (!maps)
        return -1;
    while (file < 0 && getline(&line, &room, maps) > 0) {
        char *range = xstrndup(line, strcspn(line, " "));
        char *found = trace_name(line);

        if (found && (!last || strcmp(found, last) != 0)) {
            file = open_mapped(pid, found, range);
            error = errno;
            free(last);
            last = xstrdup(found);
        }
        free(range);
    }
    if (ferror(maps))
        error = errno;
    fclose(maps);
    free(line);
    if (file >= 0)
        *name = last;
    else
        free(last);
    errno = error;
    return file;
}

/* ---- other processes ------------------------------------------------------------------------ */

static bool is_audited(pid_t pid)
{
    char *name;
    int file = find_trace(pid, &name);

    if (file < 0)
        return false;
    free(name);
    close(file);
    return true;
}

/* " (app)", or nothing if the process is gone; malloc'd. */
static char *name_of(pid_t pid)
{
    FILE *file = open_proc(pid, "comm");
    char name[64] = "";

    if (file) {
        if (fgets(name, sizeof name, file))
            name[strcspn(name, "\n")] = '\0';
        fclose(file);
    }
    return *name ? xasprintf(" (%s)", name) : xstrdup("");
}

struct pids {
    pid_t *list;
    size_t count, room;
};

static void add_children_of_thread(struct pids *pids, pid_t pid, const char *thread)
{
    char *path = xasprintf("task/%s/children", thread);
    FILE *file = open_proc(pid, path);
    int child;

    while (file && fscanf(file, "%d", &child) == 1) {
        GROW(pids->list, pids->count, pids->room);
        pids->list[pids->count++] = child;
    }
    if (file)
        fclose(file);
    free(path);
}

static void add_children(struct pids *pids, pid_t pid)
{
    char *path = xasprintf("/proc/%d/task", (int)pid);
    DIR *threads = opendir(path);
    const struct dirent *thread;

    while (threads && (thread = readdir(threads)))
        if (*thread->d_name != '.')
            add_children_of_thread(pids, pid, thread->d_name);
    if (threads)
        closedir(threads);
    free(path);
}

char *process_trace_children(pid_t pid)
{
    struct pids pids = {0};
    char *text = xstrdup("");

    add_children(&pids, pid);
    for (size_t i = 0; i < pids.count; i++) {
        add_children(&pids, pids.list[i]); /* and theirs, behind */
        if (is_audited(pids.list[i])) {
            char *name = name_of(pids.list[i]);
            char *longer = xasprintf("%s%s%d%s", text, *text ? ", " : "", (int)pids.list[i], name);

            free(name);
            free(text);
            text = longer;
        }
    }
    free(pids.list);
    return text;
}

/* ---- what is wrong -------------------------------------------------------------------------- */

static char *not_audited(pid_t pid)
{
    char *name = name_of(pid), *children = process_trace_children(pid);
    char *problem = xasprintf("process %d%s is not audited%s%s", (int)pid, name,
                              *children ? "; below it: " : "", children);

    free(name);
    free(children);
    return problem;
}

int process_trace_open(pid_t pid, char **name, char **problem)
{
    int file = find_trace(pid, name);
    int error = errno;
    char *path = xasprintf("/proc/%d", (int)pid);

    if (file >= 0)
        *problem = NULL;
    else if (access(path, F_OK) != 0 || error == ESRCH)
        *problem = xasprintf("there is no process %d", (int)pid);
    else if (error == ENOENT)
        *problem = not_audited(pid);
    else
        *problem = xasprintf("cannot look at process %d: %s", (int)pid, strerror(error));
    free(path);
    return file;
}
