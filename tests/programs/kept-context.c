/* SPDX-License-Identifier: MIT */
/*
 * After each authentication the card is disconnected. The context stays, so that the service never
 * becomes idle and goes on holding the reader.
 */
#include "card.h"

static NOINLINE void authenticate(SCARDCONTEXT ctx)
{
    static const BYTE challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};
    SCARDHANDLE card = open_card(ctx);
    BYTE answer[16];
    DWORD length = sizeof(answer);

    EXPECT(SCARD_S_SUCCESS,
           SCardTransmit(card, SCARD_PCI_T1, challenge, sizeof(challenge), NULL, answer, &length));
    close_card(card);
}

static NOINLINE void serve(void)
{
    SCARDCONTEXT ctx = open_context();

    authenticate(ctx);
    authenticate(ctx);
#ifdef FIXED
    close_context(ctx);
#endif
}

int main(void)
{
    serve();
    return 0;
}
