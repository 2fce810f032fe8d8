/* SPDX-License-Identifier: MIT */
/* Gets a buffer on one thread and frees it on another one. */
#include "wts.h"

static NOINLINE void *free_elsewhere(void *buffer)
{
    free_memory(buffer);
    return NULL;
}

int main(void)
{
    char *user = query_session(WTS_CURRENT_SERVER_HANDLE, WTSUserName);

#ifdef FIXED
    free_elsewhere(user);
#else
    await(start(free_elsewhere, user));
#endif
    return 0;
}
