/* SPDX-License-Identifier: MIT */
/* A context is established and never released. */
#include "card.h"

int main(void)
{
    SCARDCONTEXT ctx = open_context();

#ifdef FIXED
    close_context(ctx);
#else
    (void)ctx;
#endif
    return 0;
}
