/* SPDX-License-Identifier: MIT */
/* A child goes on with its copy of the environment; then it makes one of its own, and loses it. */
#include "rpc.h"

#include <sys/wait.h>
#include <unistd.h>

static NOINLINE void work_in_child(void *block)
{
    OK(release(block));
    OK(disable());
    OK(enable());
    OK(release(allocate(5)));
#ifdef FIXED
    OK(disable());
#endif
}

int main(void)
{
    void *block;
    int status;
    pid_t child;

    OK(enable());
    block = allocate(50);
    child = fork();
    if (child == 0) {
        work_in_child(block);
        exit(0);
    }
    OK(release(block));
    OK(disable());
    return waitpid(child, &status, 0) == child && status == 0 ? 0 : UNEXPECTED;
}
