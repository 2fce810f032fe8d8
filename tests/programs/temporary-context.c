/* SPDX-License-Identifier: MIT */
/*
 * A function that works without a context establishes one for the time being, and forgets it where
 * it leaves early: for the second request, whose buffer is too short.
 */
#include "card.h"

#include <stdbool.h>

static NOINLINE LONG list_into(SCARDCONTEXT ctx, char *readers, DWORD length)
{
    bool temporary = ctx == 0;
    LONG rv;

    if (temporary)
        ctx = open_context();
    rv = SCardListReaders(ctx, NULL, readers, &length);
#ifndef FIXED
    if (rv != SCARD_S_SUCCESS)
        return rv;
#endif
    if (temporary)
        close_context(ctx);
    return rv;
}

int main(void)
{
    static const struct request {
        DWORD length;
        LONG answer;
    } requests[] = {
        {1024, SCARD_S_SUCCESS}, {4, SCARD_E_INSUFFICIENT_BUFFER}, {1024, SCARD_S_SUCCESS}, {0, 0}};
    char readers[1024];

    for (const struct request *request = requests; request->length; request++)
        EXPECT(request->answer, list_into(0, readers, request->length));
    return 0;
}
