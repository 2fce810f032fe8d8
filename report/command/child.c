/* SPDX-License-Identifier: MIT */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t forward_to; /* pid, 0: nobody */

static void forward(int number, siginfo_t *info, void *context)
{
    int error = errno;

    (void)info, (void)context;
    if (forward_to)
        kill(forward_to, number);
    errno = error;
}

/* A terminal sends these to both of us; a process that means the program sends it to us alone. */
static void forward_sent(int number, siginfo_t *info, void *context)
{
    if (info->si_code <= 0)
        forward(number, info, context);
}

/* SIGCHLD: should our parent ignore it, the kernel would reap the child before we do. */
static struct {
    int number;
    void (*handler)(int, siginfo_t *, void *); /* NULL: `fixed` */
    void (*fixed)(int);
    struct sigaction old;
} signals[] = {
    {.number = SIGINT, .handler = forward_sent}, {.number = SIGQUIT, .handler = forward_sent},
    {.number = SIGTERM, .handler = forward},     {.number = SIGHUP, .handler = forward},
    {.number = SIGUSR1, .handler = forward},     {.number = SIGUSR2, .handler = forward},
    {.number = SIGCHLD, .fixed = SIG_DFL},       {.number = SIGPIPE, .fixed = SIG_IGN},
};
#define SIGNALS_COUNT (sizeof signals / sizeof *signals)

static void take_signals(void)
{
    for (size_t i = 0; i < SIGNALS_COUNT; i++) {
        struct sigaction action = {.sa_flags = SA_RESTART};

        if (signals[i].handler) {
            action.sa_sigaction = signals[i].handler;
            action.sa_flags |= SA_SIGINFO;
        } else {
            action.sa_handler = signals[i].fixed;
        }
        sigemptyset(&action.sa_mask);
        sigaction(signals[i].number, NULL, &signals[i].old);
        /* Under nohup a hangup concerns neither of us. */
        if (!signals[i].handler || signals[i].old.sa_handler != SIG_IGN)
            sigaction(signals[i].number, &action, NULL);
    }
}

static void give_signals_back(bool all)
{
    for (size_t i = 0; i < SIGNALS_COUNT; i++)
        if (all || signals[i].number != SIGPIPE)
            sigaction(signals[i].number, &signals[i].old, NULL);
}

static _Noreturn void become(char **argv, const struct child_variable *variables, int failure)
{
    int error = 0;

    for (; variables->name && !error; variables++)
        if (setenv(variables->name, variables->value, 1) != 0)
            error = errno;
    if (!error) {
        execvp(argv[0], argv);
        error = errno;
    }
    if (write(failure, &error, sizeof error) < 0)
        _exit(126);
    _exit(127);
}

static void wait_for(pid_t pid, struct child_end *end)
{
    siginfo_t info;
    int status = 0;

    /* Nothing is sent to the pid once it is reaped and may be somebody else's. */
    while (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) < 0 && errno == EINTR) {
    }
    forward_to = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    end->signaled = WIFSIGNALED(status);
    end->status = end->signaled ? WTERMSIG(status) : WEXITSTATUS(status);
}

struct child_end child_run(char **argv, const struct child_variable *variables)
{
    struct child_end end = {0};
    sigset_t block, mask;
    int failure[2];
    pid_t pid;

    if (pipe2(failure, O_CLOEXEC) < 0) {
        end.error = errno;
        return end;
    }
    /* Between fork and here a signal would find nobody to be passed on to. */
    sigemptyset(&block);
    for (size_t i = 0; i < SIGNALS_COUNT; i++)
        if (signals[i].handler)
            sigaddset(&block, signals[i].number);
    sigprocmask(SIG_BLOCK, &block, &mask);
    take_signals();
    pid = fork();
    if (pid == 0) {
        give_signals_back(true);
        sigprocmask(SIG_SETMASK, &mask, NULL);
        become(argv, variables, failure[1]);
    }
    if (pid < 0)
        end.error = errno;
    else
        forward_to = pid;
    sigprocmask(SIG_SETMASK, &mask, NULL);
    close(failure[1]);
    if (pid > 0) {
        ssize_t length;

        end.pid = (uint32_t)pid;
        while ((length = read(failure[0], &end.error, sizeof end.error)) < 0 && errno == EINTR) {
        }
        if (length != (ssize_t)sizeof end.error)
            end.error = 0;
        wait_for(pid, &end);
    }
    close(failure[0]);
    give_signals_back(false);
    return end;
}
