// SPDX-License-Identifier: MIT
#include "wts_processes.h"
#include "memory.h"
#include "wts_text.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* The file as far as there is room, with an end. False: not to be read, or empty. */
static bool read_file(int folder, const char *name, char *text, size_t size)
{
    int file = openat(folder, name, O_RDONLY | O_CLOEXEC);
    size_t length = 0;
    ssize_t got = 0;

    if (file < 0)
        return false;
    while (length < size - 1 && (got = read(file, text + length, size - 1 - length)) > 0)
        length += (size_t)got;
    close(file);
    text[length] = '\0';
    return length > 0 && got >= 0;
}

/* The device as the kernel packs it here, whose minor has its high bits on top */
static dev_t terminal_of(int packed)
{
    unsigned number = (unsigned)packed;

    return makedev(number >> 8 & 0xfff, (number & 0xff) | (number >> 12 & 0xfff00));
}

/* pid (name) state ...; a name may have blanks, parentheses, anything. */
static bool parse_stat(struct wts_process *process, const char *text)
{
    const char *start = strchr(text, '('), *end = strrchr(text, ')');
    unsigned long long user, kernel;
    int terminal;
    unsigned threads;
    uint64_t tick = 10000000 / (uint64_t)sysconf(_SC_CLK_TCK);

    if (!start || !end || end < start)
        return false;
    if (sscanf(end + 1, " %*c %*d %*d %*d %d %*d %*u %*u %*u %*u %*u %llu %llu %*d %*d %*d %*d %u",
               &terminal, &user, &kernel, &threads) != 4)
        return false;
    wts_text_clean(process->name, sizeof(process->name), start + 1, (size_t)(end - start - 1));
    process->terminal = terminal ? terminal_of(terminal) : 0;
    process->threads = threads;
    process->user_time = user * tick;
    process->kernel_time = kernel * tick;
    return true;
}

static uint64_t kilobytes(const char *text, const char *key)
{
    const char *line = strstr(text, key);

    return line ? strtoull(line + strlen(key), NULL, 10) * 1024 : 0;
}

/* Keys begin behind a newline, and no name can have one here: they are written as \n. */
static bool parse_status(struct wts_process *process, const char *text)
{
    const char *line = strstr(text, "\nUid:");
    unsigned uid;

    if (!line || sscanf(line, "\nUid: %u", &uid) != 1)
        return false;
    process->uid = uid;
    process->size_peak = kilobytes(text, "\nVmPeak:");
    process->resident_peak = kilobytes(text, "\nVmHWM:");
    process->resident = kilobytes(text, "\nVmRSS:");
    process->swapped = kilobytes(text, "\nVmSwap:");
    return true;
}

static uint32_t count_entries(int folder, const char *name)
{
    int opened = openat(folder, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = opened < 0 ? NULL : fdopendir(opened);
    uint32_t count = 0;
    struct dirent *entry;

    if (!entries) {
        if (opened >= 0)
            close(opened);
        return 0;
    }
    while ((entry = readdir(entries)))
        count += entry->d_name[0] != '.';
    closedir(entries);
    return count;
}

bool wts_process_read(struct wts_process *process, int proc, pid_t pid, bool details)
{
    char name[16], text[4096];
    int folder;
    bool there;

    memset(process, 0, sizeof(*process));
    process->pid = pid;
    snprintf(name, sizeof(name), "%d", (int)pid);
    folder = openat(proc, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return false;
    there = read_file(folder, "stat", text, sizeof(text)) && parse_stat(process, text) &&
            read_file(folder, "status", text, sizeof(text)) && parse_status(process, text);
    if (there && details)
        process->handles = count_entries(folder, "fd");
    close(folder);
    return there;
}

static pid_t pid_of(const char *name)
{
    if (name[0] < '1' || name[0] > '9' || strlen(name) > 9 ||
        strspn(name, "0123456789") != strlen(name))
        return 0;
    return (pid_t)strtol(name, NULL, 10);
}

/* Room for one more, growing by half */
static struct wts_process *next(struct wts_processes *processes, size_t *room)
{
    if (processes->count == *room) {
        size_t more = *room + *room / 2 + 64;
        struct wts_process *all = realloc(processes->all, more * sizeof(*all));

        if (!all)
            return NULL;
        processes->all = all;
        *room = more;
    }
    return &processes->all[processes->count];
}

int wts_processes_read(struct wts_processes *processes, const char *proc, bool details)
{
    DIR *folder = opendir(proc);
    struct dirent *entry;
    size_t room = 0;
    int error = 0;

    *processes = (struct wts_processes){0};
    if (!folder)
        return errno;
    while (!error && (entry = readdir(folder))) {
        pid_t pid = pid_of(entry->d_name);
        struct wts_process *process = pid ? next(processes, &room) : NULL;

        if (process)
            processes->count += wts_process_read(process, dirfd(folder), pid, details);
        else if (pid)
            error = ENOMEM;
    }
    closedir(folder);
    if (error)
        wts_processes_release(processes);
    return error;
}

void wts_processes_release(struct wts_processes *processes)
{
    give_back(processes->all);
    *processes = (struct wts_processes){0};
}
