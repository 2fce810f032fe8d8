/* SPDX-License-Identifier: MIT */
/*
 * A signal handler forks while its thread is anywhere, also inside the audit; the child returns
 * into what was interrupted and goes on calling. Linked with the stand-in.
 */
#include <sys/time.h>

#include "attack.h"

#define FORKS 150

static volatile sig_atomic_t forks, in_child;

static void on_alarm(int signal)
{
    pid_t pid;

    (void)signal;
    if (in_child || forks >= FORKS)
        return;
    pid = fork();
    if (pid == 0)
        in_child = 1;
    else if (pid > 0)
        forks++;
}

/* Many different stacks, so that new ones are written all the time. */
static NOINLINE void descend(unsigned depth, unsigned path)
{
    if (depth == 0)
        ask();
    else if (path & 1)
        descend(depth - 1, path >> 1);
    else
        descend(depth - 1, path >> 1);
    __asm__ volatile("");
}

int main(void)
{
    struct itimerval often = {{0, 2000}, {0, 2000}};
    unsigned path = 0, more = 0;
    int good = 0, status;

    signal(SIGALRM, on_alarm);
    setitimer(ITIMER_REAL, &often, NULL);
    while (forks < FORKS) {
        descend(14, path++ * 2654435761U >> 9);
        if (in_child && ++more > 20)
            _exit(0);
    }
    for (int i = 0; i < FORKS; i++)
        if (wait(&status) > 0 && status == 0)
            good++;
    printf("%d of %d children ended well\n", good, FORKS);
    return 0;
}
