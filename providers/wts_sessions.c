// SPDX-License-Identifier: MIT
#include "wts_sessions.h"
#include "memory.h"
#include "wts_login.h"
#include "wts_processes.h"
#include "wts_utmp.h"
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <utmpx.h>

/* The caller's, where nobody keeps books of sessions (in a container) */
enum { CALLERS_SESSION = 1 };

static bool add(struct wts_sessions *sessions, uint32_t id, const char *name,
                WTS_CONNECTSTATE_CLASS state)
{
    struct wts_session *session = wts_list_add(sessions);

    if (!session)
        return false;
    session->id = id;
    session->state = state;
    strcpy(session->name, name);
    return true;
}

static bool add_caller(struct wts_sessions *sessions)
{
    if (!add(sessions, CALLERS_SESSION, "Console", WTSActive))
        return false;
    wts_list_set_user(&sessions->all[sessions->count - 1], geteuid());
    sessions->console = CALLERS_SESSION;
    return true;
}

static bool read_source(struct wts_sessions *sessions, enum wts_source source)
{
    sessions->source = source;
    switch (source) {
    case WTS_FROM_LOGIN:
        return wts_login_read(sessions);
    case WTS_FROM_UTMP:
        return wts_utmp_read(sessions, _PATH_UTMPX);
    default:
        return add_caller(sessions);
    }
}

bool wts_sessions_read(struct wts_sessions *sessions)
{
    bool memory;

    *sessions = (struct wts_sessions){.console = WTS_NO_SESSION};
    memory = add(sessions, 0, "Services", WTSDisconnected);
    for (int source = WTS_FROM_LOGIN; memory && sessions->count == 1; source++)
        memory = read_source(sessions, source);
    if (!memory)
        wts_sessions_release(sessions);
    return memory;
}

void wts_sessions_release(struct wts_sessions *sessions)
{
    give_back(sessions->all);
}

const struct wts_session *wts_sessions_find(const struct wts_sessions *sessions, uint32_t id)
{
    for (size_t i = 0; i < sessions->count; i++)
        if (sessions->all[i].id == id)
            return &sessions->all[i];
    return NULL;
}

uint32_t wts_session_of(const struct wts_sessions *sessions, pid_t pid, uid_t uid, dev_t terminal)
{
    if (sessions->source == WTS_FROM_LOGIN)
        return wts_login_session_of(pid);
    if (sessions->source == WTS_FROM_CALLER)
        return uid == geteuid() ? CALLERS_SESSION : 0;
    for (size_t i = 0; i < sessions->count; i++)
        if (sessions->all[i].id == (uint32_t)pid ||
            (terminal && sessions->all[i].terminal == terminal))
            return sessions->all[i].id;
    return 0;
}

uint32_t wts_session_of_caller(const struct wts_sessions *sessions)
{
    struct wts_process self;
    int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool known = proc >= 0 && wts_process_read(&self, proc, getpid(), false);

    if (proc >= 0)
        close(proc);
    return wts_session_of(sessions, getpid(), geteuid(), known ? self.terminal : 0);
}
