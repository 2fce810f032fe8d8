/* SPDX-License-Identifier: MIT */
/*
 * A mock of a plug-in for WinPR that has servers, channels and notifications, and nothing to list.
 * As FreeRDP's it does not take the name of a server for a name: it does not read it. A static
 * channel that is opened again is the same one, a dynamic one is another; a handle that was closed
 * is handed out again. That of a channel "refused" fails and hands out a buffer when it is asked
 * whether it is ready, as FreeRDP's up to 2.11 does.
 */
#include <stdlib.h>
#include <string.h>
#include <winpr/error.h>
#include <winpr/wtsapi.h>

PWtsApiFunctionTable InitWtsApi(void);

enum { MANY = 16 };
struct channel {
    int open, dynamic;
    char name[16];
};

static struct channel channels[MANY];
static int servers[MANY];
static HWND windows[MANY];

static BOOL refuse(DWORD error)
{
    SetLastError(error);
    return FALSE;
}

static HANDLE open_server(LPSTR name)
{
    (void)name;
    for (int i = 0; i < MANY; i++)
        if (!servers[i]) {
            servers[i] = 1;
            return &servers[i];
        }
    return INVALID_HANDLE_VALUE;
}

static void close_server(HANDLE server)
{
    if (server)
        *(int *)server = 0;
}

static HANDLE open_one(const char *name, int dynamic)
{
    struct channel *channel = NULL;

    for (int i = 0; i < MANY && !channel; i++)
        if (channels[i].open && !dynamic && !channels[i].dynamic &&
            strcmp(channels[i].name, name) == 0)
            channel = &channels[i];
    for (int i = 0; i < MANY && !channel; i++)
        if (!channels[i].open)
            channel = &channels[i];
    if (!channel) {
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        return NULL;
    }
    *channel = (struct channel){.open = 1, .dynamic = dynamic};
    strncpy(channel->name, name, sizeof(channel->name) - 1);
    return channel;
}

static HANDLE open_channel(HANDLE server, DWORD session, LPSTR name)
{
    (void)server, (void)session;
    return open_one(name, 0);
}

static HANDLE open_channel_ex(DWORD session, LPSTR name, DWORD flags)
{
    (void)session;
    return open_one(name, flags & WTS_CHANNEL_OPTION_DYNAMIC);
}

static struct channel *find(HANDLE handle)
{
    struct channel *channel = handle;

    return channel && channel->open ? channel : NULL;
}

static BOOL close_channel(HANDLE handle)
{
    struct channel *channel = find(handle);

    if (!channel)
        return refuse(ERROR_INVALID_HANDLE);
    channel->open = 0;
    return TRUE;
}

static BOOL write_channel(HANDLE handle, PCHAR buffer, ULONG size, PULONG written)
{
    (void)buffer;
    if (!find(handle))
        return refuse(ERROR_INVALID_HANDLE);
    *written = size;
    return TRUE;
}

static BOOL query_channel(HANDLE handle, WTS_VIRTUAL_CLASS what, PVOID *buffer, DWORD *size)
{
    const struct channel *channel = find(handle);
    BOOL *value;

    if (!channel)
        return refuse(ERROR_INVALID_HANDLE);
    value = malloc(sizeof(*value));
    if (!value)
        return refuse(ERROR_NOT_ENOUGH_MEMORY);
    *value = what != WTSVirtualChannelReady || strcmp(channel->name, "refused") != 0;
    *buffer = value;
    *size = sizeof(*value);
    return *value;
}

static void free_memory(PVOID memory)
{
    free(memory);
}

static BOOL change(HWND from, HWND to)
{
    for (int i = 0; i < MANY; i++)
        if (windows[i] == from) {
            windows[i] = to;
            return TRUE;
        }
    return refuse(ERROR_INVALID_PARAMETER);
}

static BOOL watch(HWND window, DWORD flags)
{
    (void)flags;
    return change(NULL, window);
}

static BOOL unwatch(HWND window)
{
    return change(window, NULL);
}

static BOOL watch_ex(HANDLE server, HWND window, DWORD flags)
{
    (void)server;
    return watch(window, flags);
}

static BOOL unwatch_ex(HANDLE server, HWND window)
{
    (void)server;
    return unwatch(window);
}

PWtsApiFunctionTable InitWtsApi(void)
{
    static WtsApiFunctionTable table;

    table.pOpenServerA = table.pOpenServerExA = open_server;
    table.pCloseServer = close_server;
    table.pVirtualChannelOpen = open_channel;
    table.pVirtualChannelOpenEx = open_channel_ex;
    table.pVirtualChannelClose = close_channel;
    table.pVirtualChannelWrite = write_channel;
    table.pVirtualChannelQuery = query_channel;
    table.pFreeMemory = free_memory;
    table.pRegisterSessionNotification = watch;
    table.pRegisterSessionNotificationEx = watch_ex;
    table.pUnRegisterSessionNotification = unwatch;
    table.pUnRegisterSessionNotificationEx = unwatch_ex;
    return &table;
}
