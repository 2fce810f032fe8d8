/* SPDX-License-Identifier: MIT */
/* Gets a buffer of each kind, in either alphabet, and gives none of them back. */
#include "wts.h"

static void drop(void *buffer)
{
#ifdef FIXED
    free_memory(buffer);
#else
    (void)buffer;
#endif
}

static void drop_typed(WTS_TYPE_CLASS type, void *buffer, DWORD count, int wide)
{
#ifdef FIXED
    OK(wide ? free_typed_wide(type, buffer, count) : free_typed(type, buffer, count));
#else
    (void)type, (void)buffer, (void)count, (void)wide;
#endif
}

int main(void)
{
    HANDLE here = WTS_CURRENT_SERVER_HANDLE;
    DWORD count;
    void *infos;

    drop(list_sessions(here, &count));
    drop(list_sessions_wide(here, &count));
    drop(list_processes(here, &count));
    drop(list_processes_wide(here, &count));
    drop(query_session(here, WTSSessionId));
    drop(query_session_wide(here, WTSClientProtocolType));
    infos = list_sessions_ex(here, &count);
    drop_typed(WTSTypeSessionInfoLevel1, infos, count, 0);
    infos = list_sessions_ex_wide(here, &count);
    drop_typed(WTSTypeSessionInfoLevel1, infos, count, 1);
    infos = list_processes_ex(here, 0, &count);
    drop_typed(WTSTypeProcessInfoLevel0, infos, count, 0);
    infos = list_processes_ex_wide(here, 1, &count);
    drop_typed(WTSTypeProcessInfoLevel1, infos, count, 1);
    return 0;
}
