/* SPDX-License-Identifier: MIT */
/* What was meant to keep one context for all its callers establishes one for each of them. */
#include "card.h"

#define CALLS 5

static NOINLINE SCARDCONTEXT get_context(void)
{
    static SCARDCONTEXT only;

#ifdef FIXED
    if (only)
        return only;
#endif
    only = open_context();
    return only;
}

int main(void)
{
    for (int i = 0; i < CALLS; i++)
        reader_name(get_context());
#ifdef FIXED
    close_context(get_context());
#endif
    return 0;
}
