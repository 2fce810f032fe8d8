/* SPDX-License-Identifier: MIT */
/*
 * Takes WTSFreeMemory for a buffer that is WTSFreeMemoryEx's, "sessions" and "processes", or the
 * other way round, "typed-list" and "typed-text". "level-0" is one that either may have.
 */
#include "wts.h"

static const HANDLE here = WTS_CURRENT_SERVER_HANDLE;

static void sessions(void)
{
    DWORD count;
    void *infos = list_sessions_ex(here, &count);

#ifdef FIXED
    OK(free_typed(WTSTypeSessionInfoLevel1, infos, count));
#else
    free_memory(infos);
#endif
}

static void processes(void)
{
    DWORD count;
    void *infos = list_processes_ex_wide(here, 1, &count);

#ifdef FIXED
    OK(free_typed_wide(WTSTypeProcessInfoLevel1, infos, count));
#else
    free_memory(infos);
#endif
}

static void typed_list(void)
{
    DWORD count;
    void *infos = list_sessions(here, &count);

#ifdef FIXED
    free_memory(infos);
#else
    free_typed(WTSTypeProcessInfoLevel0, infos, count);
#endif
}

static void typed_text(void)
{
    void *user = query_session(here, WTSUserName);

#ifdef FIXED
    free_memory(user);
#else
    free_typed(WTSTypeProcessInfoLevel0, user, 1);
#endif
}

static void level_0(void)
{
    DWORD count;
    void *infos = list_processes_ex(here, 0, &count);

#ifdef FIXED
    OK(free_typed(WTSTypeProcessInfoLevel0, infos, count));
#else
    free_memory(infos);
#endif
}

static const struct way ways[] = {{"sessions", sessions},
                                  {"processes", processes},
                                  {"typed-list", typed_list},
                                  {"typed-text", typed_text},
                                  {"level-0", level_0}};

int main(int argc, char **argv)
{
    return GO(ways, argc, argv);
}
