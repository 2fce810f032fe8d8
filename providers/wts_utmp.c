// SPDX-License-Identifier: MIT
#include "wts_utmp.h"
#include "wts_text.h"
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utmpx.h>

/* Entries stay when a machine, or a program that wrote one, dies. Its leader does not. */
static bool alive(const struct utmpx *entry)
{
    char path[32];

    snprintf(path, sizeof(path), "/proc/%d", (int)entry->ut_pid);
    return entry->ut_type == USER_PROCESS && entry->ut_pid > 0 && access(path, F_OK) == 0;
}

static bool is_console(const struct utmpx *entry)
{
    return !strcmp(entry->ut_line, "console") || !strncmp(entry->ut_line, ":0", 2) ||
           !strcmp(entry->ut_line, "tty1");
}

static void fill(struct wts_session *session, const struct utmpx *entry)
{
    char path[128];
    struct stat device;

    session->id = (uint32_t)entry->ut_pid;
    session->state = WTSActive;
    session->logon = entry->ut_tv.tv_sec * INT64_C(1000000) + entry->ut_tv.tv_usec;
    /* A local display is written down as a host. */
    session->remote = entry->ut_host[0] && entry->ut_host[0] != ':';
    wts_text_clean(session->name, sizeof(session->name), entry->ut_line, sizeof(entry->ut_line));
    wts_text_clean(session->user, sizeof(session->user), entry->ut_user, sizeof(entry->ut_user));
    if (session->remote)
        wts_text_clean(session->client, sizeof(session->client), entry->ut_host,
                       sizeof(entry->ut_host));
    snprintf(path, sizeof(path), "/dev/%s", session->name);
    if (stat(path, &device) == 0 && S_ISCHR(device.st_mode))
        session->terminal = device.st_rdev;
}

bool wts_utmp_read(struct wts_sessions *sessions, const char *path)
{
    FILE *file = fopen(path, "re");
    struct utmpx entry;
    bool memory = true;

    if (!file)
        return true;
    while (memory && fread(&entry, sizeof(entry), 1, file) == 1) {
        struct wts_session *session;

        entry.ut_line[sizeof(entry.ut_line) - 1] = '\0';
        if (!alive(&entry))
            continue;
        session = wts_list_add(sessions);
        memory = session;
        if (session)
            fill(session, &entry);
        if (session && sessions->console == WTS_NO_SESSION && is_console(&entry))
            sessions->console = session->id;
    }
    fclose(file);
    return memory;
}
