/* SPDX-License-Identifier: MIT */
/*
 * A token is opened for the program alone; the card turns out to be another one, and the function
 * that opened it returns nothing: nobody has what it would take to give context and handle back.
 */
#include "card.h"

#include <stdbool.h>

#define TEMPLATE 0x61 /* what the answer of the application that is looked for begins with */

struct token {
    SCARDCONTEXT ctx;
    SCARDHANDLE card;
};

static NOINLINE bool select_application(SCARDHANDLE card)
{
    static const BYTE command[] = {0x00, 0xA4, 0x04, 0x00, 0x05, 0xA0, 0x00, 0x00, 0x03, 0x08};
    BYTE answer[258];
    DWORD length = sizeof(answer);
    bool selected;

    EXPECT(SCARD_S_SUCCESS, SCardBeginTransaction(card));
    selected = SCardTransmit(card, SCARD_PCI_T1, command, sizeof(command), NULL, answer, &length) ==
                   SCARD_S_SUCCESS &&
               length > 2 && answer[0] == TEMPLATE;
    EXPECT(SCARD_S_SUCCESS, SCardEndTransaction(card, SCARD_LEAVE_CARD));
    return selected;
}

static NOINLINE SCARDHANDLE open_exclusively(SCARDCONTEXT ctx)
{
    SCARDHANDLE card = 0;
    DWORD protocol;

    EXPECT(SCARD_S_SUCCESS, SCardConnect(ctx, reader_name(ctx), SCARD_SHARE_EXCLUSIVE,
                                         SCARD_PROTOCOL_T1, &card, &protocol));
    return card;
}

static NOINLINE struct token *open_token(void)
{
    struct token *token = malloc(sizeof(*token));

    if (!token)
        return NULL;
    token->ctx = open_context();
    token->card = open_exclusively(token->ctx);
    if (select_application(token->card))
        return token;
#ifdef FIXED
    close_card(token->card);
    close_context(token->ctx);
#endif
    free(token);
    return NULL;
}

int main(void)
{
    return open_token() ? UNEXPECTED : 0;
}
