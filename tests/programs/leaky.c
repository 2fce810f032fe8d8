/* SPDX-License-Identifier: MIT */
/*
 * A client as one meets them: it reads the card's ATR and ends without giving anything back - a
 * context, a card handle and the list of readers.
 */
#include <stdio.h>
#include <stdlib.h>
#include <winscard.h>

#define NOINLINE __attribute__((noinline))

static void check(LONG rv, const char *what)
{
    if (rv == SCARD_S_SUCCESS)
        return;
    fprintf(stderr, "%s: %s\n", what, pcsc_stringify_error(rv));
    exit(1);
}

static NOINLINE SCARDCONTEXT establish(void)
{
    SCARDCONTEXT ctx;

    check(SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &ctx), "SCardEstablishContext");
    return ctx;
}

static NOINLINE char *list_readers(SCARDCONTEXT ctx)
{
    char *readers = NULL;
    DWORD length = SCARD_AUTOALLOCATE;

    check(SCardListReaders(ctx, NULL, (char *)&readers, &length), "SCardListReaders");
    return readers;
}

static NOINLINE SCARDHANDLE connect_card(SCARDCONTEXT ctx, const char *reader)
{
    SCARDHANDLE card;
    DWORD protocol;

    check(SCardConnect(ctx, reader, SCARD_SHARE_SHARED, SCARD_PROTOCOL_ANY, &card, &protocol),
          "SCardConnect");
    return card;
}

static NOINLINE void print_atr(SCARDHANDLE card)
{
    BYTE atr[MAX_ATR_SIZE];
    DWORD length = sizeof(atr);

    check(SCardStatus(card, NULL, NULL, NULL, NULL, atr, &length), "SCardStatus");
    printf("ATR:");
    for (DWORD i = 0; i < length; i++)
        printf(" %02X", atr[i]);
    printf("\n");
}

int main(void)
{
    SCARDCONTEXT ctx = establish();
    const char *readers = list_readers(ctx);

    print_atr(connect_card(ctx, readers));
    return 0;
}
