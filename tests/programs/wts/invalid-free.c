/* SPDX-License-Identifier: MIT */
/*
 * Gives WTSFreeMemory what no function handed out: "malloc", memory of malloc(); "text", the name
 * in an entry of a list of sessions, which is inside it; "typed", the second entry, to
 * WTSFreeMemoryEx; "caller", its own structure that WTSQueryListenerConfig filled in.
 */
#include "wts.h"

static NOINLINE void give_back(void *memory)
{
    free_memory(memory);
}

static void with_malloc(void)
{
    char *memory = malloc(80);

    free_memory(query_session(WTS_CURRENT_SERVER_HANDLE, WTSUserName));
#ifdef FIXED
    free(memory);
#else
    give_back(memory);
#endif
}

/* The library would hand any address on to free(). */
static void with_text(void)
{
    DWORD count;
    WTS_SESSION_INFOA *infos = list_sessions(WTS_CURRENT_SERVER_HANDLE, &count);

#ifndef FIXED
    give_back(infos[0].pWinStationName);
#endif
    free_memory(infos);
}

static void with_entry(void)
{
    DWORD count;
    WTS_PROCESS_INFO_EXA *infos = list_processes_ex(WTS_CURRENT_SERVER_HANDLE, 1, &count);

#ifndef FIXED
    free_typed(WTSTypeProcessInfoLevel1, &infos[1], 0);
#endif
    OK(free_typed(WTSTypeProcessInfoLevel1, infos, count));
}

static void with_own(void)
{
    WTSLISTENERCONFIGA *config = malloc(sizeof(*config));
    char name[] = "RDP-Tcp";

    WTSQueryListenerConfigA(WTS_CURRENT_SERVER_HANDLE, NULL, 0, name, config);
#ifdef FIXED
    free(config);
#else
    give_back(config);
#endif
}

static const struct way ways[] = {
    {"malloc", with_malloc}, {"text", with_text}, {"typed", with_entry}, {"caller", with_own}};

int main(int argc, char **argv)
{
    return GO(ways, argc, argv);
}
