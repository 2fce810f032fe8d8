/* SPDX-License-Identifier: MIT */
/* Three contexts from one place; the error path, taken the second time, forgets to release. */
#include "card.h"

#include <stdbool.h>

static NOINLINE bool work(SCARDCONTEXT ctx, int attempt)
{
    DWORD length = attempt == 1 ? 1 : 1024;
    char readers[1024];

    return SCardListReaders(ctx, NULL, readers, &length) == SCARD_S_SUCCESS;
}

int main(void)
{
    for (int i = 0; i < 3; i++) {
        SCARDCONTEXT ctx = open_context();

#ifdef FIXED
        work(ctx, i);
        close_context(ctx);
#else
        if (work(ctx, i))
            close_context(ctx);
#endif
    }
    return 0;
}
