/* SPDX-License-Identifier: MIT */
/*
 * handles-limit [N [CONTEXTS]]: connect to the card until the service refuses or there are N
 * handles, in turn with so many contexts, tell how many, and disconnect them all. pcscd has 200 for
 * each context, and for each reader.
 */
#include "card.h"

#define MOST 210

int main(int argc, char **argv)
{
    static SCARDHANDLE cards[MOST];
    static SCARDCONTEXT contexts[MOST];
    int wanted = argc > 1 ? atoi(argv[1]) : MOST, count = 0;
    int several = argc > 2 ? atoi(argv[2]) : 1;
    const char *reader;
    DWORD protocol;

    for (int i = 0; i < several; i++)
        contexts[i] = open_context();
    reader = reader_name(contexts[0]);
    while (count < wanted && count < MOST &&
           SCardConnect(contexts[count % several], reader, SCARD_SHARE_SHARED, SCARD_PROTOCOL_ANY,
                        &cards[count], &protocol) == SCARD_S_SUCCESS)
        count++;
    printf("%d\n", count);
    while (count > 0)
        close_card(cards[--count]);
    for (int i = 0; i < several; i++)
        close_context(contexts[i]);
    return 0;
}
