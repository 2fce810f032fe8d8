/* SPDX-License-Identifier: MIT */
/* An environment is never disabled, and with it stays what was allocated in it: a block that was
 * freed, and one that was not. */
#include "rpc.h"

int main(void)
{
    void *freed, *kept;

    OK(enable());
    freed = allocate(100);
    kept = allocate(24);
    OK(release(freed));
#ifdef FIXED
    OK(release(kept));
    OK(disable());
#else
    (void)kept;
#endif
    return 0;
}
