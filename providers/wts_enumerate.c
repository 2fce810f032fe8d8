// SPDX-License-Identifier: MIT
#include "wts_enumerate.h"
#include "memory.h"
#include "wts_fail.h"
#include "wts_results.h"
#include "wts_server.h"

/* What the program is told when all goes wrong. False: there is nowhere to tell it. */
static bool prepare(void **infos, DWORD *count)
{
    if (infos)
        *infos = NULL;
    if (count)
        *count = 0;
    return infos && count;
}

/* The result, or the failure for want of memory */
static BOOL give(void *result, size_t entries, void **infos, DWORD *count)
{
    if (!result)
        return wts_fail(ERROR_NOT_ENOUGH_MEMORY);
    *infos = result;
    *count = (DWORD)entries;
    return TRUE;
}

static BOOL sessions(void **infos, DWORD *count, bool details, bool wide)
{
    struct wts_sessions sessions;
    void *result;

    if (!wts_sessions_read(&sessions))
        return wts_fail(ERROR_NOT_ENOUGH_MEMORY);
    result = details ? (void *)wts_results_sessions_1(&sessions, wide)
                     : (void *)wts_results_sessions(&sessions, wide);
    wts_sessions_release(&sessions);
    return give(result, sessions.count, infos, count);
}

BOOL wts_enumerate_sessions(HANDLE server, DWORD reserved, DWORD version, void **infos,
                            DWORD *count, bool wide)
{
    if (!prepare(infos, count) || reserved != 0 || version != 1)
        return wts_fail(ERROR_INVALID_PARAMETER);
    return wts_server_usable(server) && sessions(infos, count, false, wide);
}

BOOL wts_enumerate_sessions_1(HANDLE server, const DWORD *level, DWORD filter, void **infos,
                              DWORD *count, bool wide)
{
    if (!prepare(infos, count) || !level || *level != 1 || filter != 0)
        return wts_fail(ERROR_INVALID_PARAMETER);
    return wts_server_usable(server) && sessions(infos, count, true, wide);
}

/* Only those of the session stay, each with the session it is in. NULL: no memory */
static uint32_t *in_session(struct wts_processes *processes, const struct wts_sessions *sessions,
                            DWORD session)
{
    uint32_t *ids = take((processes->count + 1) * sizeof(*ids));
    size_t kept = 0;

    if (!ids)
        return NULL;
    if (session == WTS_CURRENT_SESSION)
        session = wts_session_of_caller(sessions);
    for (size_t i = 0; i < processes->count; i++) {
        const struct wts_process *process = &processes->all[i];

        ids[kept] = wts_session_of(sessions, process->pid, process->uid, process->terminal);
        if (session == WTS_ANY_SESSION || ids[kept] == session)
            processes->all[kept++] = *process;
    }
    processes->count = kept;
    return ids;
}

static BOOL processes(DWORD session, void **infos, DWORD *count, bool details, bool wide)
{
    struct wts_sessions sessions;
    struct wts_processes processes;
    uint32_t *ids = NULL;
    void *result = NULL;
    size_t entries;
    int error = wts_processes_read(&processes, "/proc", details);

    if (error)
        return wts_fail(error == ENOMEM ? ERROR_NOT_ENOUGH_MEMORY : ERROR_ACCESS_DENIED);
    if (wts_sessions_read(&sessions)) {
        ids = in_session(&processes, &sessions, session);
        wts_sessions_release(&sessions);
    }
    if (ids)
        result = details ? (void *)wts_results_processes_1(&processes, ids, wide)
                         : (void *)wts_results_processes(&processes, ids, wide);
    give_back(ids);
    entries = processes.count;
    wts_processes_release(&processes);
    return give(result, entries, infos, count);
}

BOOL wts_enumerate_processes(HANDLE server, DWORD reserved, DWORD version, void **infos,
                             DWORD *count, bool wide)
{
    if (!prepare(infos, count) || reserved != 0 || version != 1)
        return wts_fail(ERROR_INVALID_PARAMETER);
    return wts_server_usable(server) && processes(WTS_ANY_SESSION, infos, count, false, wide);
}

BOOL wts_enumerate_processes_ex(HANDLE server, const DWORD *level, DWORD session, void **infos,
                                DWORD *count, bool wide)
{
    if (!prepare(infos, count) || !level || *level > 1)
        return wts_fail(ERROR_INVALID_PARAMETER);
    return wts_server_usable(server) && processes(session, infos, count, *level == 1, wide);
}
