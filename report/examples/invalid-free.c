/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <winscard.h>

int main(void)
{
    SCARDCONTEXT context;
    DWORD length = 0;
    char *readers;

    if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context) != SCARD_S_SUCCESS)
        return 1;
    SCardListReaders(context, NULL, NULL, &length);
    readers = malloc(length);
    SCardListReaders(context, NULL, readers, &length);
    SCardFreeMemory(context, readers); /* memory of the program's own */
    SCardReleaseContext(context);
    return 0;
}
