/* SPDX-License-Identifier: MIT */
/*
 * handles-limit [N]: connect to the card until the service refuses or there are N handles, tell how
 * many, and disconnect them all. pcscd has 200 for each context.
 */
#include "card.h"

#define MOST 210

int main(int argc, char **argv)
{
    static SCARDHANDLE cards[MOST];
    int wanted = argc > 1 ? atoi(argv[1]) : MOST, count = 0;
    SCARDCONTEXT ctx = open_context();
    const char *reader = reader_name(ctx);
    DWORD protocol;

    while (count < wanted && count < MOST &&
           SCardConnect(ctx, reader, SCARD_SHARE_SHARED, SCARD_PROTOCOL_ANY, &cards[count],
                        &protocol) == SCARD_S_SUCCESS)
        count++;
    printf("%d\n", count);
    while (count > 0)
        close_card(cards[--count]);
    close_context(ctx);
    return 0;
}
