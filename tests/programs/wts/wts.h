/* SPDX-License-Identifier: MIT */
/*
 * What the programs of this folder share: correct calls of WTS*, each in a function of its own that
 * is never inlined, so that a test can look for its name in a stack. They are linked to WinPR,
 * which passes the calls on to the library that WTSAPI_LIBRARY names: libscardaudit-wtsapi, or a
 * mock for what that does not have.
 *
 * A program has one bug; built with -DFIXED it is its own correct twin. Both end with status 0, or
 * with UNEXPECTED and a line on stderr when a call that had to succeed failed.
 */
#ifndef TESTS_WTS_H
#define TESTS_WTS_H

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <winpr/error.h>
#include <winpr/wtsapi.h>

#define NOINLINE __attribute__((noinline, unused))
#ifndef UNEXPECTED
#define UNEXPECTED 99
#endif

#define OK(call) expect_true((call) != 0, #call)

static NOINLINE void expect_true(int result, const char *call)
{
    if (result)
        return;
    fprintf(stderr, "%s: error %u\n", call, (unsigned)GetLastError());
    exit(UNEXPECTED);
}

/* ---- buffers: server 0 is this machine */

static NOINLINE WTS_SESSION_INFOA *list_sessions(HANDLE server, DWORD *count)
{
    WTS_SESSION_INFOA *infos = NULL;

    OK(WTSEnumerateSessionsA(server, 0, 1, &infos, count));
    return infos;
}

static NOINLINE WTS_SESSION_INFOW *list_sessions_wide(HANDLE server, DWORD *count)
{
    WTS_SESSION_INFOW *infos = NULL;

    OK(WTSEnumerateSessionsW(server, 0, 1, &infos, count));
    return infos;
}

static NOINLINE WTS_SESSION_INFO_1A *list_sessions_ex(HANDLE server, DWORD *count)
{
    WTS_SESSION_INFO_1A *infos = NULL;
    DWORD level = 1;

    OK(WTSEnumerateSessionsExA(server, &level, 0, &infos, count));
    return infos;
}

static NOINLINE WTS_SESSION_INFO_1W *list_sessions_ex_wide(HANDLE server, DWORD *count)
{
    WTS_SESSION_INFO_1W *infos = NULL;
    DWORD level = 1;

    OK(WTSEnumerateSessionsExW(server, &level, 0, &infos, count));
    return infos;
}

static NOINLINE WTS_PROCESS_INFOA *list_processes(HANDLE server, DWORD *count)
{
    WTS_PROCESS_INFOA *infos = NULL;

    OK(WTSEnumerateProcessesA(server, 0, 1, &infos, count));
    return infos;
}

static NOINLINE WTS_PROCESS_INFOW *list_processes_wide(HANDLE server, DWORD *count)
{
    WTS_PROCESS_INFOW *infos = NULL;

    OK(WTSEnumerateProcessesW(server, 0, 1, &infos, count));
    return infos;
}

/* Level 0: WTS_PROCESS_INFOA, level 1: WTS_PROCESS_INFO_EXA */
static NOINLINE void *list_processes_ex(HANDLE server, DWORD level, DWORD *count)
{
    LPSTR infos = NULL;

    OK(WTSEnumerateProcessesExA(server, &level, WTS_ANY_SESSION, &infos, count));
    return infos;
}

static NOINLINE void *list_processes_ex_wide(HANDLE server, DWORD level, DWORD *count)
{
    LPWSTR infos = NULL;

    OK(WTSEnumerateProcessesExW(server, &level, WTS_ANY_SESSION, &infos, count));
    return infos;
}

static NOINLINE char *query_session(HANDLE server, WTS_INFO_CLASS what)
{
    char *text = NULL;
    DWORD size;

    OK(WTSQuerySessionInformationA(server, WTS_CURRENT_SESSION, what, &text, &size));
    return text;
}

static NOINLINE WCHAR *query_session_wide(HANDLE server, WTS_INFO_CLASS what)
{
    WCHAR *text = NULL;
    DWORD size;

    OK(WTSQuerySessionInformationW(server, WTS_CURRENT_SESSION, what, &text, &size));
    return text;
}

static NOINLINE void free_memory(void *buffer)
{
    WTSFreeMemory(buffer);
}

/* What it says to a mistake is its own affair. */
static NOINLINE BOOL free_typed(WTS_TYPE_CLASS type, void *buffer, DWORD count)
{
    return WTSFreeMemoryExA(type, buffer, count);
}

static NOINLINE BOOL free_typed_wide(WTS_TYPE_CLASS type, void *buffer, DWORD count)
{
    return WTSFreeMemoryExW(type, buffer, count);
}

/* ---- handles */

static NOINLINE HANDLE open_server(void)
{
    char name[] = "localhost";
    HANDLE server = WTSOpenServerA(name);

    OK(server && server != INVALID_HANDLE_VALUE);
    return server;
}

static NOINLINE void close_server(HANDLE server)
{
    WTSCloseServer(server);
}

static NOINLINE HANDLE open_channel(HANDLE server, char *name)
{
    HANDLE channel = WTSVirtualChannelOpen(server, WTS_CURRENT_SESSION, name);

    OK(channel);
    return channel;
}

static NOINLINE HANDLE open_dynamic_channel(char *name)
{
    HANDLE channel = WTSVirtualChannelOpenEx(WTS_CURRENT_SESSION, name, WTS_CHANNEL_OPTION_DYNAMIC);

    OK(channel);
    return channel;
}

static NOINLINE BOOL close_channel(HANDLE channel)
{
    return WTSVirtualChannelClose(channel);
}

static NOINLINE BOOL write_channel(HANDLE channel)
{
    char text[] = "hello";
    ULONG written;

    return WTSVirtualChannelWrite(channel, text, sizeof(text), &written);
}

static NOINLINE BOOL *query_channel(HANDLE channel, WTS_VIRTUAL_CLASS what)
{
    void *value = NULL;
    DWORD size;

    OK(WTSVirtualChannelQuery(channel, what, &value, &size));
    return value;
}

static NOINLINE void watch_sessions(HWND window)
{
    OK(WTSRegisterSessionNotification(window, NOTIFY_FOR_THIS_SESSION));
}

static NOINLINE BOOL unwatch_sessions(HWND window)
{
    return WTSUnRegisterSessionNotification(window);
}

/* ---- and the rest */

static NOINLINE pthread_t start(void *(*work)(void *), void *data)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, work, data) != 0)
        exit(UNEXPECTED);
    return thread;
}

static NOINLINE void await(pthread_t thread)
{
    pthread_join(thread, NULL);
}

/* Runs the one of the ways that the program's argument names. */
struct way {
    const char *name;
    void (*go)(void);
};

#define GO(ways, argc, argv) go_way(ways, sizeof(ways) / sizeof((ways)[0]), argc, argv)

static NOINLINE int go_way(const struct way *ways, size_t count, int argc, char **argv)
{
    for (size_t i = 0; i < count; i++)
        if (argc > 1 && strcmp(argv[1], ways[i].name) == 0) {
            ways[i].go();
            return 0;
        }
    fprintf(stderr, "no such way\n");
    return UNEXPECTED;
}

#endif
