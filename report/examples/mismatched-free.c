/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <winscard.h>

int main(void)
{
    SCARDCONTEXT context;
    DWORD length = SCARD_AUTOALLOCATE;
    char *readers = NULL;

    if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context) != SCARD_S_SUCCESS)
        return 1;
    SCardListReaders(context, NULL, (char *)&readers, &length);
    free(readers); /* happens to work with pcsc-lite */
    SCardReleaseContext(context);
    return 0;
}
