/* SPDX-License-Identifier: MIT */
#ifndef TESTS_LAYER_H
#define TESTS_LAYER_H

#include <winscard.h>

extern int statuses;

LONG SCardListReadersA(SCARDCONTEXT ctx, LPCSTR groups, LPSTR readers, DWORD *length);
LONG SCardConnectA(SCARDCONTEXT ctx, LPCSTR reader, DWORD share, DWORD wanted, SCARDHANDLE *card,
                   DWORD *protocol);

#endif
