/* SPDX-License-Identifier: MIT */
/*
 * contexts-limit [N]: establish contexts until the service refuses or there are N, tell how many,
 * and release them all. pcscd has 200, for all its clients together.
 */
#include "card.h"

#define MOST 210

int main(int argc, char **argv)
{
    static SCARDCONTEXT contexts[MOST];
    int wanted = argc > 1 ? atoi(argv[1]) : MOST, count = 0;

    while (count < wanted && count < MOST &&
           SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &contexts[count]) ==
               SCARD_S_SUCCESS)
        count++;
    printf("%d\n", count);
    while (count > 0)
        close_context(contexts[--count]);
    return 0;
}
