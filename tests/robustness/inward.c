/* SPDX-License-Identifier: MIT */
/*
 * A stand-in for libpcsclite that calls its own exported functions as everybody does, through its
 * PLT, and gives memory of theirs back as it likes. With PROGRAM: a client of it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <winscard.h>

#ifdef PROGRAM
int main(void)
{
    SCARDCONTEXT ctx = 0;
    DWORD length = SCARD_AUTOALLOCATE;
    char *groups = NULL;

    SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &ctx);
    SCardListReaderGroups(ctx, (LPSTR)&groups, &length);
    printf("%s, %lu\n", groups, length);
    SCardFreeMemory(ctx, groups);
    SCardReleaseContext(ctx);
    return 0;
}
#else
LONG SCardEstablishContext(DWORD scope, LPCVOID a, LPCVOID b, SCARDCONTEXT *ctx)
{
    (void)scope, (void)a, (void)b;
    *ctx = 7;
    return SCARD_S_SUCCESS;
}

LONG SCardReleaseContext(SCARDCONTEXT ctx)
{
    return ctx == 7 ? SCARD_S_SUCCESS : SCARD_E_INVALID_HANDLE;
}

LONG SCardListReaders(SCARDCONTEXT ctx, LPCSTR groups, LPSTR readers, LPDWORD length)
{
    char *block = strdup("reader");

    (void)ctx, (void)groups;
    if (!block)
        return SCARD_E_NO_MEMORY;
    memcpy(readers, &block, sizeof block);
    *length = 7;
    return SCARD_S_SUCCESS;
}

LONG SCardListReaderGroups(SCARDCONTEXT ctx, LPSTR groups, LPDWORD length)
{
    char *readers = NULL;
    LONG rv = SCardListReaders(ctx, NULL, (LPSTR)&readers, length);

    if (rv == SCARD_S_SUCCESS)
        rv = SCardListReaders(ctx, readers, groups, length);
    free(readers);
    return rv;
}

LONG SCardFreeMemory(SCARDCONTEXT ctx, LPCVOID block)
{
    (void)ctx;
    free((void *)block);
    return SCARD_S_SUCCESS;
}
#endif
