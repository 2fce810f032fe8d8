/* SPDX-License-Identifier: MIT */
/* What the adversarial programs share. They audit purely local calls, so they need no pcscd. */
#ifndef TESTS_ATTACK_H
#define TESTS_ATTACK_H

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <winscard.h>

#define NOINLINE __attribute__((noinline, unused))

/* An audited call that changes nothing. */
static NOINLINE void ask(void)
{
    SCardIsValidContext(5);
}

/* How a child ended, in words; whoever hangs is ended by its alarm. */
static NOINLINE void tell(const char *who, pid_t pid)
{
    int status;

    waitpid(pid, &status, 0);
    if (WIFSIGNALED(status))
        printf("%s: signal %d\n", who, WTERMSIG(status));
    else
        printf("%s: status %d\n", who, WEXITSTATUS(status));
}

static NOINLINE pid_t fork_with_alarm(void)
{
    pid_t pid;

    fflush(stdout);
    pid = fork();
    if (pid == 0)
        alarm(10);
    return pid;
}

static NOINLINE void run_thread(void *(*function)(void *))
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, function, NULL) != 0)
        abort();
    pthread_join(thread, NULL);
}

#endif
