/* SPDX-License-Identifier: MIT */
/* Asks for a reader's name, and not for the ATR, or for that in a buffer below the variable for the
 * name: nobody has set its length. */
#include "card.h"

int main(void)
{
    SCARDCONTEXT ctx = open_context();
    SCARDHANDLE card = open_card(ctx);
    DWORD name_length, atr_length = ~(DWORD)0xedcba987, state, protocol;
    struct {
        BYTE atr[MAX_ATR_SIZE];
        char *name;
    } into = {{0}, NULL};
    BYTE *wanted[] = {NULL, into.atr};

    for (int i = 0; i < 2; i++) {
        DWORD length = atr_length;

        name_length = SCARD_AUTOALLOCATE;
        EXPECT(SCARD_S_SUCCESS, SCardStatus(card, (char *)&into.name, &name_length, &state,
                                            &protocol, wanted[i], &length));
        printf("%s\n", into.name);
        free_block(ctx, into.name);
    }
    close_card(card);
    close_context(ctx);
    return 0;
}
