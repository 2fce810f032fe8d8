/* SPDX-License-Identifier: MIT */
/* A child uses two contexts of its parent on two lines of one function; the twin's child, none. */
#include "card.h"

#include <sys/wait.h>
#include <unistd.h>

static NOINLINE void use_both(SCARDCONTEXT one, SCARDCONTEXT two)
{
    char readers[1024];
    DWORD length = sizeof readers;

    SCardListReaders(one, NULL, readers, &length);
    length = sizeof readers;
    SCardListReaders(two, NULL, readers, &length);
}

static NOINLINE void work_in_child(SCARDCONTEXT one, SCARDCONTEXT two)
{
#ifdef FIXED
    one = open_context();
    two = open_context();
#endif
    use_both(one, two);
#ifdef FIXED
    close_context(one);
    close_context(two);
#endif
    exit(0);
}

int main(void)
{
    SCARDCONTEXT one = open_context(), two = open_context();
    pid_t pid;

    /* more events than the child has, whose numbers must not be taken for the child's */
    for (int i = 0; i < 10000; i++)
        SCardIsValidContext(one);
    pid = fork();
    if (pid == 0)
        work_in_child(one, two);
    waitpid(pid, NULL, 0);
    close_context(one);
    close_context(two);
    return 0;
}
