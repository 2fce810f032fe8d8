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
    SCardListReaders(context, NULL, (char *)&readers, &length);
    SCardFreeMemory(context, readers);
    if (readers)
        readers[0] = 'X'; /* whose memory is that now? */
    SCardReleaseContext(context);
    return 0;
}
