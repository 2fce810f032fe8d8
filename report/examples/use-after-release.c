/* SPDX-License-Identifier: MIT */
#include <stddef.h>
#include <winscard.h>

int main(void)
{
    SCARDCONTEXT context;
    DWORD length = 0;

    if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context) != SCARD_S_SUCCESS)
        return 1;
    SCardReleaseContext(context);
    SCardListReaders(context, NULL, NULL, &length); /* fails at best */
    return 0;
}
