/* SPDX-License-Identifier: MIT */
/* Uses a "server" or a "channel" that it closed, or a server or channel that "never" was. */
#include "wts.h"

static NOINLINE void ask_server(HANDLE server)
{
    WTS_SESSION_INFOA *infos = NULL;
    DWORD count;

    if (WTSEnumerateSessionsA(server, 0, 1, &infos, &count))
        free_memory(infos);
}

static NOINLINE void write_late(HANDLE channel)
{
    write_channel(channel);
}

static void use_server(void)
{
    HANDLE server = open_server();

    ask_server(server);
    close_server(server);
#ifndef FIXED
    ask_server(server);
#endif
}

static void use_channel(void)
{
    static char name[] = "ECHO";
    HANDLE server = open_server(), channel = open_dynamic_channel(name);

    OK(write_channel(channel));
    OK(close_channel(channel));
#ifndef FIXED
    write_late(channel);
#else
    (void)write_late;
#endif
    close_server(server);
}

static void use_none(void)
{
#ifdef FIXED
    ask_server(WTS_CURRENT_SERVER_HANDLE);
#else
    ask_server((HANDLE)0x7654);
#endif
}

static const struct way ways[] = {
    {"server", use_server}, {"channel", use_channel}, {"never", use_none}};

int main(int argc, char **argv)
{
    return GO(ways, argc, argv);
}
