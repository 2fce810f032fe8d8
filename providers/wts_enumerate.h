/* SPDX-License-Identifier: MIT */
/* The functions that enumerate, for A and W. They check what they are given; when they fail, what
 * they would have given is NULL and 0, and the last error is set. */
#ifndef PROVIDERS_WTS_ENUMERATE_H
#define PROVIDERS_WTS_ENUMERATE_H

#include <stdbool.h>
#include <winpr/wtsapi.h>

BOOL wts_enumerate_sessions(HANDLE server, DWORD reserved, DWORD version, void **infos,
                            DWORD *count, bool wide);
BOOL wts_enumerate_sessions_1(HANDLE server, const DWORD *level, DWORD filter, void **infos,
                              DWORD *count, bool wide);
BOOL wts_enumerate_processes(HANDLE server, DWORD reserved, DWORD version, void **infos,
                             DWORD *count, bool wide);
BOOL wts_enumerate_processes_ex(HANDLE server, const DWORD *level, DWORD session, void **infos,
                                DWORD *count, bool wide);

#endif
