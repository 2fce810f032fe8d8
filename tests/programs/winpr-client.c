/* SPDX-License-Identifier: MIT */
/*
 * A client of WinPR's PC/SC functions, which have 32-bit types under pcsc-lite's names and reach
 * pcsc-lite by dlopen. It releases what it gets; what WinPR does below is WinPR's business.
 */
#include <stdio.h>
#include <winpr/smartcard.h>

#define UNEXPECTED 99

int main(void)
{
    SCARDCONTEXT ctx = 0;
    LPSTR readers = NULL;
    DWORD length = SCARD_AUTOALLOCATE;

    if (SCardEstablishContext(SCARD_SCOPE_USER, NULL, NULL, &ctx) != SCARD_S_SUCCESS)
        return UNEXPECTED;
    if (SCardListReadersA(ctx, NULL, (LPSTR)&readers, &length) != SCARD_S_SUCCESS)
        return UNEXPECTED;
    printf("reader: %s\n", readers);
    if (SCardFreeMemory(ctx, readers) != SCARD_S_SUCCESS ||
        SCardReleaseContext(ctx) != SCARD_S_SUCCESS)
        return UNEXPECTED;
    return 0;
}
