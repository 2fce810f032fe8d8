/* SPDX-License-Identifier: MIT */
/*
 * Uses a thread handle when its environment has been disabled; with "never", one that never was a
 * thread handle.
 */
#include "rpc.h"

static NOINLINE void adopt(handle_t environment)
{
    use_thread_handle(environment);
}

static char nothing[256];

int main(int argc, char **argv)
{
    handle_t environment;

    OK(enable());
    environment = thread_handle();
#ifdef FIXED
    (void)argc, (void)argv, (void)nothing;
    adopt(environment);
    OK(disable());
#else
    if (argc > 1 && strcmp(argv[1], "never") == 0)
        environment = nothing;
    OK(disable());
    adopt(environment);
#endif
    return 0;
}
