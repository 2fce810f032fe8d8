/* SPDX-License-Identifier: MIT */
/*
 * A child inherits a context from its parent, which is none of its business, and leaks one of
 * its own.
 */
#include "card.h"

#include <sys/wait.h>
#include <unistd.h>

static NOINLINE void work_in_child(void)
{
    SCARDCONTEXT ctx = open_context();

#ifdef FIXED
    close_context(ctx);
#else
    (void)ctx;
#endif
}

int main(void)
{
    SCARDCONTEXT ctx = open_context();
    pid_t child = fork();
    int status;

    if (child == 0) {
        work_in_child();
        exit(0);
    }
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
        return UNEXPECTED;
    close_context(ctx);
    return 0;
}
