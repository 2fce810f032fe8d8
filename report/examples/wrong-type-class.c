/* SPDX-License-Identifier: MIT */
#include <winpr/wtsapi.h>

int main(void)
{
    WTS_SESSION_INFO_1A *sessions = NULL;
    DWORD level = 1, count = 0;

    if (!WTSEnumerateSessionsExA(WTS_CURRENT_SERVER_HANDLE, &level, 0, &sessions, &count))
        return 1;
    WTSFreeMemoryExA(WTSTypeProcessInfoLevel0, sessions, count); /* these are sessions */
    return 0;
}
