/* SPDX-License-Identifier: MIT */
#ifndef PROVIDERS_WTS_FAIL_H
#define PROVIDERS_WTS_FAIL_H

#include <winpr/error.h>
#include <winpr/wtypes.h>

static inline BOOL wts_fail(DWORD error)
{
    SetLastError(error);
    return FALSE;
}

#endif
