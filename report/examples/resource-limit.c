/* SPDX-License-Identifier: MIT */
#include <stddef.h>
#include <winscard.h>

int main(void)
{
    SCARDCONTEXT contexts[190]; /* pcscd serves 200, to all programs together */
    int count = 0;

    for (; count < 190; count++)
        if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &contexts[count]) !=
            SCARD_S_SUCCESS)
            break;
    while (count > 0)
        SCardReleaseContext(contexts[--count]);
    return 0;
}
