// SPDX-License-Identifier: MIT
/* What a program with sessions does, with what WinPR was told to load. */
#include <stdio.h>
#include <winpr/wtsapi.h>

int main(void)
{
    PWTS_SESSION_INFOA infos;
    DWORD count;

    if (!WTSEnumerateSessionsA(WTS_CURRENT_SERVER_HANDLE, 0, 1, &infos, &count))
        return 1;
    printf("%u %s\n", (unsigned)infos[0].SessionId, infos[0].pWinStationName);
    WTSFreeMemory(infos);
    return 0;
}
