/* SPDX-License-Identifier: MIT */
/*
 * What WinPR may call and nobody here does: remote control, channels, messages, tokens, listeners,
 * configuration. Every function says so with ERROR_CALL_NOT_IMPLEMENTED, and sets to nothing what
 * it would have given.
 */
#ifndef PROVIDERS_WTS_UNSUPPORTED_H
#define PROVIDERS_WTS_UNSUPPORTED_H

#include <winpr/wtsapi.h>

void wts_unsupported_fill(WtsApiFunctionTable *table);

#endif
