/* SPDX-License-Identifier: MIT */
/*
 * Frees a buffer again where it handles an error: "plain", one for WTSFreeMemory; "typed", one for
 * WTSFreeMemoryEx; "free", the second time by free(); "both", one for
 * WTSFreeMemoryEx, by the wrong function first.
 */
#include "wts.h"

static NOINLINE void handle_error(void *buffer)
{
    free_memory(buffer);
}

static NOINLINE void handle_typed_error(void *infos, DWORD count)
{
    free_typed(WTSTypeSessionInfoLevel1, infos, count);
}

static NOINLINE void handle_error_by_free(void *buffer)
{
    free(buffer);
}

static void plain(void)
{
    char *user = query_session(WTS_CURRENT_SERVER_HANDLE, WTSUserName);

    free_memory(user);
#ifdef FIXED
    user = NULL;
#endif
    handle_error(user);
}

static void typed(void)
{
    DWORD count;
    void *infos = list_sessions_ex(WTS_CURRENT_SERVER_HANDLE, &count);

    OK(free_typed(WTSTypeSessionInfoLevel1, infos, count));
#ifdef FIXED
    infos = NULL;
#endif
    handle_typed_error(infos, count);
}

static void by_free(void)
{
    void *volatile user = query_session(WTS_CURRENT_SERVER_HANDLE, WTSUserName);

    free_memory(user);
#ifdef FIXED
    user = NULL;
#endif
    handle_error_by_free(user);
}

static void by_both(void)
{
    DWORD count;
    void *infos = list_sessions_ex_wide(WTS_CURRENT_SERVER_HANDLE, &count);

#ifndef FIXED
    free_memory(infos);
#endif
    OK(free_typed_wide(WTSTypeSessionInfoLevel1, infos, count));
}

static const struct way ways[] = {
    {"plain", plain}, {"typed", typed}, {"free", by_free}, {"both", by_both}};

int main(int argc, char **argv)
{
    return GO(ways, argc, argv);
}
