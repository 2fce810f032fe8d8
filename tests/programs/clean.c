/* SPDX-License-Identifier: MIT */
/* A correct client: talks to the card, says what it saw, and gives everything back. */
#include "card.h"

static NOINLINE void say_readers(SCARDCONTEXT ctx)
{
    char *readers = list_readers(ctx);

    for (const char *name = readers; *name; name += strlen(name) + 1)
        printf("reader: %s\n", name);
    free_block(ctx, readers);
}

static NOINLINE void select_application(SCARDHANDLE card)
{
    static const BYTE select[] = {0x00, 0xA4, 0x04, 0x00, 0x00};
    BYTE answer[2];
    DWORD length = sizeof(answer);

    EXPECT(SCARD_S_SUCCESS, SCardBeginTransaction(card));
    EXPECT(SCARD_S_SUCCESS,
           SCardTransmit(card, SCARD_PCI_T1, select, sizeof(select), NULL, answer, &length));
    EXPECT(SCARD_S_SUCCESS, SCardEndTransaction(card, SCARD_LEAVE_CARD));
    printf("card: %02X%02X\n", answer[0], answer[1]);
}

int main(void)
{
    SCARDCONTEXT ctx = open_context();
    SCARDHANDLE card;

    say_readers(ctx);
    card = open_card(ctx);
    select_application(card);
    close_card(card);
    close_context(ctx);
    return 0;
}
