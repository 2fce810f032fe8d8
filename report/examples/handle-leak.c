/* SPDX-License-Identifier: MIT */
#include <stddef.h>
#include <winscard.h>

int main(int argc, char **argv)
{
    SCARDCONTEXT context;
    SCARDHANDLE card;
    DWORD protocol;

    if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context) != SCARD_S_SUCCESS)
        return 1;
    if (SCardConnect(context, argv[argc - 1], SCARD_SHARE_SHARED,
                     SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &card, &protocol) != SCARD_S_SUCCESS) {
        SCardReleaseContext(context);
        return 1;
    }
    if (SCardTransmit(card, SCARD_PCI_T1, NULL, 0, NULL, NULL, NULL) != SCARD_S_SUCCESS)
        return 1; /* the card handle stays, and with it the context */
    SCardDisconnect(card, SCARD_LEAVE_CARD);
    SCardReleaseContext(context);
    return 0;
}
