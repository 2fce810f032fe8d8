/* SPDX-License-Identifier: MIT */
/*
 * A library in front of pcsc-lite, which has no contexts of its own: two functions by their names
 * on Windows, which it leaves by a sibling call, and one that it counts and passes on.
 */
#include <dlfcn.h>
#include <winscard.h>

#include "layer.h"

int statuses;

LONG SCardListReadersA(SCARDCONTEXT ctx, LPCSTR groups, LPSTR readers, DWORD *length)
{
    return SCardListReaders(ctx, groups, readers, length);
}

LONG SCardConnectA(SCARDCONTEXT ctx, LPCSTR reader, DWORD share, DWORD wanted, SCARDHANDLE *card,
                   DWORD *protocol)
{
    return SCardConnect(ctx, reader, share, wanted, card, protocol);
}

LONG SCardStatus(SCARDHANDLE card, LPSTR name, DWORD *name_length, DWORD *state, DWORD *protocol,
                 BYTE *atr, DWORD *atr_length)
{
    __typeof__(SCardStatus) *next = (__typeof__(SCardStatus) *)dlsym(RTLD_NEXT, "SCardStatus");
    LONG rv = next(card, name, name_length, state, protocol, atr, atr_length);

    statuses++;
    return rv;
}
