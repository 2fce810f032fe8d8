/* SPDX-License-Identifier: MIT */
#include <winpr/wtsapi.h>

int main(void)
{
    char name[] = "refused";
    HANDLE channel = WTSVirtualChannelOpen(WTS_CURRENT_SERVER_HANDLE, WTS_CURRENT_SESSION, name);
    void *ready = NULL;
    DWORD size = 0;

    if (!channel)
        return 1;
    if (WTSVirtualChannelQuery(channel, WTSVirtualChannelReady, &ready, &size))
        WTSFreeMemory(ready); /* some libraries allocate it, and then return FALSE */
    WTSVirtualChannelClose(channel);
    return 0;
}
