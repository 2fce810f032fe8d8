/* SPDX-License-Identifier: MIT */
#include "watch.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t interrupted;

static void interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

/* Blocked but for the wait, so that no look is cut short, and none is missed. */
static void block_interrupt(sigset_t *old)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigprocmask(SIG_BLOCK, &set, old);
}

void watch_begin(struct watch *watch, pid_t pid)
{
    struct sigaction action = {.sa_handler = interrupt};

    sigemptyset(&action.sa_mask);
    block_interrupt(NULL);
    sigaction(SIGINT, &action, NULL);
    *watch = (struct watch){pid, (int)syscall(SYS_pidfd_open, pid, 0)};
}

void watch_end(struct watch *watch)
{
    if (watch->process >= 0)
        close(watch->process);
}

bool watch_has_ended(const struct watch *watch)
{
    struct pollfd poll_of = {.fd = watch->process, .events = POLLIN};

    if (watch->process >= 0)
        return poll(&poll_of, 1, 0) > 0;
    return kill(watch->pid, 0) < 0 && errno == ESRCH;
}

bool watch_wait(const struct watch *watch)
{
    struct pollfd poll_of = {.fd = watch->process, .events = POLLIN};
    struct timespec second = {.tv_sec = 1};
    sigset_t open;

    sigprocmask(SIG_BLOCK, NULL, &open);
    sigdelset(&open, SIGINT);
    ppoll(&poll_of, 1, &second, &open);
    return !interrupted;
}
