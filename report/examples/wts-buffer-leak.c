/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <winpr/wtsapi.h>

int main(void)
{
    WTS_SESSION_INFOA *sessions = NULL;
    DWORD count = 0;

    if (!WTSEnumerateSessionsA(WTS_CURRENT_SERVER_HANDLE, 0, 1, &sessions, &count))
        return 1;
    printf("%u sessions\n", (unsigned)count);
    return 0; /* without WTSFreeMemory(sessions) */
}
