/* SPDX-License-Identifier: MIT */
/*
 * As in an OSF DCE daemon: an operation enables for the calls it makes itself, and where one of
 * them fails it returns without disabling. Each operation has a thread of its own.
 */
#include "rpc.h"

static NOINLINE int look_up(int known)
{
    void *entry = allocate(200);

    OK(release(entry));
    return known;
}

static NOINLINE void *operation(void *data)
{
    OK(enable());
    if (!look_up(*(int *)data)) {
#ifdef FIXED
        OK(disable());
#endif
        return NULL;
    }
    OK(disable());
    return data;
}

int main(void)
{
    int known[] = {1, 0, 1};

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        await(start(operation, &known[i]));
    return 0;
}
