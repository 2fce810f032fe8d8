/* SPDX-License-Identifier: MIT */
/*
 * Asks WinPR for the reader's friendly name, which the driver does not know. Nothing comes of it
 * but blocks that WinPR had from pcsc-lite and forgets; what a program can do it does. The twin
 * does not ask.
 */
#define WINPR
#include "card.h"

static NOINLINE void ask_name(SCARDCONTEXT ctx, SCARDHANDLE card)
{
    LPBYTE name = NULL;
    DWORD length = SCARD_AUTOALLOCATE;
    LONG rv = SCardGetAttrib(card, SCARD_ATTR_DEVICE_FRIENDLY_NAME_A, (LPBYTE)&name, &length);

    if (rv == SCARD_S_SUCCESS)
        exit(UNEXPECTED);
    if (name)
        free_block(ctx, name);
}

int main(void)
{
    SCARDCONTEXT ctx = open_context();
    SCARDHANDLE card = open_card(ctx);

#ifdef FIXED
    (void)ask_name;
#else
    ask_name(ctx, card);
#endif
    close_card(card);
    close_context(ctx);
    return 0;
}
