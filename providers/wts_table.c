// SPDX-License-Identifier: MIT
/*
 * The plug-in as WinPR sees it: one function, which gives a table of all others. It is asked for at
 * the first WTS* call of a program whose WTSAPI_LIBRARY names this library; WinPR keeps the table,
 * and never closes the library.
 */
#include "export.h"
#include "memory.h"
#include "wts_enumerate.h"
#include "wts_fail.h"
#include "wts_query.h"
#include "wts_results.h"
#include "wts_server.h"
#include "wts_unsupported.h"
#include <pthread.h>

/* WinPR's loader declares it nowhere. */
PWtsApiFunctionTable InitWtsApi(void);

typedef LPSTR TEXT_A;
typedef LPWSTR TEXT_W;
#define BOTH_ENCODINGS(X) X(W, true) X(A, false)

#define DEFINE(letter, wide)                                                                       \
    static HANDLE open_server_##letter(TEXT_##letter name)                                         \
    {                                                                                              \
        return wts_server_open(name, wide);                                                        \
    }                                                                                              \
    static BOOL sessions_##letter(HANDLE server, DWORD reserved, DWORD version,                    \
                                  PWTS_SESSION_INFO##letter *infos, DWORD *count)                  \
    {                                                                                              \
        return wts_enumerate_sessions(server, reserved, version, (void **)infos, count, wide);     \
    }                                                                                              \
    static BOOL sessions_1_##letter(HANDLE server, DWORD *level, DWORD filter,                     \
                                    PWTS_SESSION_INFO_1##letter *infos, DWORD *count)              \
    {                                                                                              \
        return wts_enumerate_sessions_1(server, level, filter, (void **)infos, count, wide);       \
    }                                                                                              \
    static BOOL processes_##letter(HANDLE server, DWORD reserved, DWORD version,                   \
                                   PWTS_PROCESS_INFO##letter *infos, DWORD *count)                 \
    {                                                                                              \
        return wts_enumerate_processes(server, reserved, version, (void **)infos, count, wide);    \
    }                                                                                              \
    static BOOL processes_ex_##letter(HANDLE server, DWORD *level, DWORD session,                  \
                                      TEXT_##letter *infos, DWORD *count)                          \
    {                                                                                              \
        return wts_enumerate_processes_ex(server, level, session, (void **)infos, count, wide);    \
    }                                                                                              \
    static BOOL query_##letter(HANDLE server, DWORD session, WTS_INFO_CLASS kind,                  \
                               TEXT_##letter *buffer, DWORD *bytes)                                \
    {                                                                                              \
        return wts_query(server, session, kind, (void **)buffer, bytes, wide);                     \
    }
BOTH_ENCODINGS(DEFINE)

static void free_memory(void *memory)
{
    give_back(memory);
}

static BOOL free_memory_ex(WTS_TYPE_CLASS type, void *memory, ULONG count)
{
    return wts_results_free(type, memory, count) || wts_fail(ERROR_INVALID_PARAMETER);
}

static DWORD active_console(void)
{
    struct wts_sessions sessions;

    if (!wts_sessions_read(&sessions))
        return WTS_NO_SESSION;
    wts_sessions_release(&sessions);
    return sessions.console;
}

static WtsApiFunctionTable table = {.dwVersion = 1};

static void fill_table(void)
{
    wts_unsupported_fill(&table);
#define FILL(letter, wide)                                                                         \
    table.pOpenServer##letter = table.pOpenServerEx##letter = open_server_##letter;                \
    table.pEnumerateSessions##letter = sessions_##letter;                                          \
    table.pEnumerateSessionsEx##letter = sessions_1_##letter;                                      \
    table.pEnumerateProcesses##letter = processes_##letter;                                        \
    table.pEnumerateProcessesEx##letter = processes_ex_##letter;                                   \
    table.pQuerySessionInformation##letter = query_##letter;                                       \
    table.pFreeMemoryEx##letter = free_memory_ex;
    BOTH_ENCODINGS(FILL)
    table.pCloseServer = wts_server_close;
    table.pFreeMemory = free_memory;
    table.pGetActiveConsoleSessionId = active_console;
}

PROVIDER_EXPORT PWtsApiFunctionTable InitWtsApi(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, fill_table);
    return &table;
}
