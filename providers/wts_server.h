/* SPDX-License-Identifier: MIT */
/*
 * Handles of servers. There is only this machine. A handle is a number that is looked up and never
 * comes twice.
 */
#ifndef PROVIDERS_WTS_SERVER_H
#define PROVIDERS_WTS_SERVER_H

#include <stdbool.h>
#include <winpr/wtsapi.h>

/* The name is UTF-8, or UTF-16 if wide; INVALID_HANDLE_VALUE when it is not this machine's. */
HANDLE wts_server_open(const void *name, bool wide);
void wts_server_close(HANDLE server);
/* False: the last error is set. */
bool wts_server_usable(HANDLE server);

#endif
