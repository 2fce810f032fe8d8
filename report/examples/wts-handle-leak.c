/* SPDX-License-Identifier: MIT */
#include <winpr/wtsapi.h>

int main(void)
{
    char name[] = "localhost";
    HANDLE server = WTSOpenServerA(name);

    return server ? 0 : 1; /* without WTSCloseServer */
}
