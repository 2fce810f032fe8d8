/* SPDX-License-Identifier: MIT */
/*
 * Leaves a "server", a "channel", a "dynamic" channel or a
 * "notification" open, and the "same-channel", which it opened twice.
 */
#include "wts.h"

static char rdpsnd[] = "rdpsnd", echo[] = "ECHO";

static void leave_server(void)
{
    HANDLE server = open_server();

#ifdef FIXED
    close_server(server);
#else
    (void)server;
#endif
}

static void leave_channel(void)
{
    HANDLE server = open_server(), channel = open_channel(server, rdpsnd);

    OK(write_channel(channel));
#ifdef FIXED
    OK(close_channel(channel));
#endif
    close_server(server);
}

/* Opened twice it is the same channel, which is closed once. */
static void leave_same_channel(void)
{
    HANDLE server = open_server(), channel = open_channel(server, rdpsnd);

    OK(open_channel(server, rdpsnd) == channel);
#ifdef FIXED
    OK(close_channel(channel));
#endif
    close_server(server);
}

static void leave_dynamic_channel(void)
{
    HANDLE server = open_server(), channel = open_dynamic_channel(echo);

#ifdef FIXED
    OK(close_channel(channel));
#else
    (void)channel;
#endif
    close_server(server);
}

/* Registered twice, ended once. */
static void leave_notification(void)
{
    int window;

    watch_sessions(&window);
    watch_sessions(&window);
    OK(unwatch_sessions(&window));
#ifdef FIXED
    OK(unwatch_sessions(&window));
#endif
}

static const struct way ways[] = {{"server", leave_server},
                                  {"channel", leave_channel},
                                  {"same-channel", leave_same_channel},
                                  {"dynamic", leave_dynamic_channel},
                                  {"notification", leave_notification}};

int main(int argc, char **argv)
{
    return GO(ways, argc, argv);
}
