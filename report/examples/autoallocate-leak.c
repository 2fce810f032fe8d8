/* SPDX-License-Identifier: MIT */
#include <stddef.h>
#include <winscard.h>

int main(void)
{
    SCARDCONTEXT context;
    DWORD length = SCARD_AUTOALLOCATE;
    char *readers = NULL;

    if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context) != SCARD_S_SUCCESS)
        return 1;
    if (SCardListReaders(context, NULL, (char *)&readers, &length) == SCARD_S_SUCCESS &&
        length > 2) {
        SCardReleaseContext(context); /* on Windows that frees the block */
        return 0;
    }
    SCardFreeMemory(context, readers);
    SCardReleaseContext(context);
    return 0;
}
