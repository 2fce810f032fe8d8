/* SPDX-License-Identifier: MIT */
/* Memory of the program's own is given to the library. */
#include "card.h"

int main(void)
{
    SCARDCONTEXT ctx = open_context();
    char *own = strdup("my own reader");

#ifdef FIXED
    free(own);
#else
    free_block(ctx, own);
#endif
    close_context(ctx);
    return 0;
}
