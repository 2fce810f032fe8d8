/* SPDX-License-Identifier: MIT */
/*
 * Uses the functions as it should, on two threads: every buffer goes where it belongs, every server
 * is closed. With "handles", for a mock, the same with channels and notifications.
 */
#include "wts.h"

static void *with_buffers(void *server)
{
    DWORD count;
    void *infos;

    for (int i = 0; i < 5; i++) {
        free_memory(list_sessions(server, &count));
        free_memory(list_sessions_wide(server, &count));
        free_memory(list_processes(server, &count));
        free_memory(list_processes_wide(server, &count));
        free_memory(query_session(server, WTSUserName));
        free_memory(query_session(server, WTSSessionId));
        free_memory(query_session_wide(server, WTSDomainName));
        infos = list_sessions_ex(server, &count);
        OK(free_typed(WTSTypeSessionInfoLevel1, infos, count));
        infos = list_sessions_ex_wide(server, &count);
        OK(free_typed_wide(WTSTypeSessionInfoLevel1, infos, count));
        infos = list_processes_ex(server, 0, &count);
        OK(free_typed(WTSTypeProcessInfoLevel0, infos, count));
        infos = list_processes_ex_wide(server, 0, &count);
        OK(free_typed_wide(WTSTypeProcessInfoLevel0, infos, count));
        infos = list_processes_ex(server, 1, &count);
        OK(free_typed(WTSTypeProcessInfoLevel1, infos, count));
        infos = list_processes_ex_wide(server, 1, &count);
        OK(free_typed_wide(WTSTypeProcessInfoLevel1, infos, count));
    }
    free_memory(NULL);
    return NULL;
}

static void *with_handles(void *server)
{
    static char once[] = "rdpsnd", again[] = "rdpsnd", dynamic[] = "ECHO";
    int window;
    HANDLE channel, same, other;

    watch_sessions(&window);
    watch_sessions(&window);
    channel = open_channel(server, once);
    same = open_channel(server, again);
    OK(same == channel);
    other = open_dynamic_channel(dynamic);
    OK(write_channel(channel));
    OK(write_channel(other));
    free_memory(query_channel(other, WTSVirtualChannelReady));
    OK(close_channel(other));
    OK(close_channel(channel));
    OK(unwatch_sessions(&window));
    OK(unwatch_sessions(&window));
    return NULL;
}

int main(int argc, char **argv)
{
    HANDLE server = open_server();

    if (argc > 1 && strcmp(argv[1], "handles") == 0) {
        with_handles(server);
    } else {
        pthread_t thread = start(with_buffers, server);

        with_buffers(WTS_CURRENT_SERVER_HANDLE);
        await(thread);
    }
    close_server(server);
    /* never closed, but it does no harm either */
    close_server(WTS_CURRENT_SERVER_HANDLE);
    return 0;
}
