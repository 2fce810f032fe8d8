/* SPDX-License-Identifier: MIT */
#include <stddef.h>
#include <winscard.h>

int main(void)
{
    SCARDCONTEXT context;

    if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context) != SCARD_S_SUCCESS)
        return 1;
    SCardReleaseContext(context);
    SCardReleaseContext(context); /* again */
    return 0;
}
