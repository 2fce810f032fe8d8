/* SPDX-License-Identifier: MIT */
/* Ends a "server" or a "channel" that it ended before, or a "notification", which harms nobody. */
#include "wts.h"

static NOINLINE void close_server_again(HANDLE server)
{
    WTSCloseServer(server);
}

static NOINLINE void close_channel_again(HANDLE channel)
{
    WTSVirtualChannelClose(channel);
}

static NOINLINE void unwatch_again(HWND window)
{
    WTSUnRegisterSessionNotification(window);
}

static void end_server(void)
{
    HANDLE server = open_server();

    close_server(server);
#ifndef FIXED
    close_server_again(server);
#else
    (void)close_server_again;
#endif
}

static void end_channel(void)
{
    static char name[] = "rdpsnd";
    HANDLE server = open_server(), channel = open_channel(server, name);

    OK(close_channel(channel));
#ifndef FIXED
    close_channel_again(channel);
#else
    (void)close_channel_again;
#endif
    close_server(server);
}

static void end_notification(void)
{
    int window;

    watch_sessions(&window);
    OK(unwatch_sessions(&window));
#ifndef FIXED
    unwatch_again(&window);
#else
    (void)unwatch_again;
#endif
}

static const struct way ways[] = {
    {"server", end_server}, {"channel", end_channel}, {"notification", end_notification}};

int main(int argc, char **argv)
{
    return GO(ways, argc, argv);
}
