/* SPDX-License-Identifier: MIT */
#include <stddef.h>
#include <winscard.h>

int main(void)
{
    SCARDCONTEXT context, other;
    DWORD length = SCARD_AUTOALLOCATE;
    char *readers = NULL;

    if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context) != SCARD_S_SUCCESS)
        return 1;
    if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &other) != SCARD_S_SUCCESS)
        return 1;
    SCardListReaders(context, NULL, (char *)&readers, &length);
    SCardFreeMemory(other, readers); /* it came from `context` */
    SCardReleaseContext(other);
    SCardReleaseContext(context);
    return 0;
}
