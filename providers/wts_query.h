/* SPDX-License-Identifier: MIT */
/*
 * WTSQuerySessionInformation. Every answer, a number too, is a block of its own, for WTSFreeMemory.
 * What nobody here knows is an empty text or 0; classes that Windows does not answer either, and
 * the licences, are ERROR_NOT_SUPPORTED.
 */
#ifndef PROVIDERS_WTS_QUERY_H
#define PROVIDERS_WTS_QUERY_H

#include <stdbool.h>
#include <winpr/wtsapi.h>

BOOL wts_query(HANDLE server, DWORD session, WTS_INFO_CLASS kind, void **buffer, DWORD *bytes,
               bool wide);

#endif
