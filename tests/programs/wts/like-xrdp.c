/* SPDX-License-Identifier: MIT */
/*
 * A mock of xrdp's libxrdpapi.so.0, as 0.9.21 is: seven functions with the names that WinPR has
 * too, nothing about sessions. A question for anything but the descriptor is answered by TRUE
 * alone.
 */
#include <stdlib.h>
#include <unistd.h>
#include <winpr/wtsapi.h>

void WTSFreeMemory(PVOID memory)
{
    free(memory);
}

HANDLE WTSVirtualChannelOpen(HANDLE server, DWORD session, LPSTR name)
{
    return server ? NULL : WTSVirtualChannelOpenEx(session, name, 0);
}

HANDLE WTSVirtualChannelOpenEx(DWORD session, LPSTR name, DWORD flags)
{
    int *channel = session == WTS_CURRENT_SESSION && name && !flags ? calloc(1, 64) : NULL;

    if (channel)
        *channel = 42;
    return channel;
}

BOOL WTSVirtualChannelClose(HANDLE channel)
{
    free(channel);
    return channel != NULL;
}

BOOL WTSVirtualChannelQuery(HANDLE channel, WTS_VIRTUAL_CLASS what, PVOID *buffer, DWORD *size)
{
    int *value;

    if (!channel)
        return FALSE;
    if (what != WTSVirtualFileHandle)
        return TRUE;
    value = malloc(sizeof(*value));
    if (!value)
        return FALSE;
    *value = *(int *)channel;
    *buffer = value;
    *size = sizeof(*value);
    return TRUE;
}

BOOL WTSVirtualChannelRead(HANDLE channel, ULONG timeout, PCHAR buffer, ULONG size, PULONG done)
{
    (void)timeout, (void)buffer, (void)size;
    *done = 0;
    return channel != NULL;
}

BOOL WTSVirtualChannelWrite(HANDLE channel, PCHAR buffer, ULONG size, PULONG done)
{
    (void)buffer;
    *done = size;
    return channel != NULL;
}
