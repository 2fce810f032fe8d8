/* SPDX-License-Identifier: MIT */
/*
 * A stand-in for libpcsclite that does next to nothing and needs no pcscd, so that what is measured
 * is the audit. As pcsc-lite's, its blocks come from malloc.
 */
#include <stdlib.h>
#include <string.h>
#include <winscard.h>

#define CONTEXT 7
#define CARD 8

static const char readers[] = "Stand-in 00 00\0";

LONG SCardEstablishContext(DWORD scope, LPCVOID a, LPCVOID b, LPSCARDCONTEXT ctx)
{
    (void)scope, (void)a, (void)b;
    *ctx = CONTEXT;
    return SCARD_S_SUCCESS;
}

LONG SCardReleaseContext(SCARDCONTEXT ctx)
{
    return ctx == CONTEXT ? SCARD_S_SUCCESS : SCARD_E_INVALID_HANDLE;
}

LONG SCardListReaders(SCARDCONTEXT ctx, LPCSTR groups, LPSTR out, LPDWORD length)
{
    char *block = malloc(sizeof readers);

    (void)ctx, (void)groups;
    if (!block || *length != SCARD_AUTOALLOCATE)
        abort();
    memcpy(block, readers, sizeof readers);
    memcpy(out, &block, sizeof block);
    *length = sizeof readers;
    return SCARD_S_SUCCESS;
}

LONG SCardFreeMemory(SCARDCONTEXT ctx, LPCVOID block)
{
    (void)ctx;
    free((void *)block);
    return SCARD_S_SUCCESS;
}

/* Refused without the name of a reader. */
LONG SCardConnect(SCARDCONTEXT ctx, LPCSTR reader, DWORD share, DWORD protocols, LPSCARDHANDLE card,
                  LPDWORD protocol)
{
    (void)ctx, (void)share, (void)protocols;
    if (!reader)
        return SCARD_E_INVALID_VALUE;
    *card = CARD;
    *protocol = SCARD_PROTOCOL_T1;
    return SCARD_S_SUCCESS;
}
