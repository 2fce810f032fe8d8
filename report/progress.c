/* SPDX-License-Identifier: MIT */
#include "progress.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "progress_line.h"
#include "screen.h"

#define NS 1000000000U
#define REFRESH 200000000U /* ns */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of all but the two counters */
static pthread_cond_t ending = PTHREAD_COND_INITIALIZER;
static pthread_t thread;
static bool running, ended;
static struct progress_line line;
/* Stored at every few thousand events: without the lock, which a slow terminal may keep. */
static _Atomic uint64_t done_now, total_now;

static uint64_t now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * NS + (uint64_t)time.tv_nsec;
}

static size_t columns(void)
{
    struct winsize size;

    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : 80;
}

static void show(void)
{
    line.done = atomic_load_explicit(&done_now, memory_order_relaxed);
    line.total = atomic_load_explicit(&total_now, memory_order_relaxed);
    progress_line_show(&line, now(), columns());
}

static void *refresh(void *unused)
{
    uint64_t next = line.started + PROGRESS_PATIENCE;

    pthread_mutex_lock(&lock);
    while (!ended) {
        struct timespec until = {(time_t)(next / NS), (long)(next % NS)};

        if (pthread_cond_clockwait(&ending, &lock, CLOCK_MONOTONIC, &until) == 0)
            continue; /* woken to end */
        show();
        next = now() + REFRESH;
    }
    pthread_mutex_unlock(&lock);
    return unused;
}

/* Signals are for the thread that works. */
static bool start_thread(void)
{
    sigset_t all, before;
    int error;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    error = pthread_create(&thread, NULL, refresh, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error == 0;
}

void progress_start(void)
{
    if (running || !screen_is(stderr))
        return;
    line = (struct progress_line){.out = stderr, .started = now()};
    ended = false;
    running = start_thread();
}

void progress_stop(void)
{
    if (!running)
        return;
    pthread_mutex_lock(&lock);
    ended = true;
    progress_line_erase(&line);
    pthread_cond_signal(&ending);
    pthread_mutex_unlock(&lock);
    pthread_join(thread, NULL);
    running = false;
}

void progress_step(enum progress_phase phase, uint64_t number, uint64_t count)
{
    if (!running)
        return;
    pthread_mutex_lock(&lock);
    line.phase = phase;
    line.number = number;
    line.count = count;
    line.hidden = false;
    progress_at(0, 0);
    pthread_mutex_unlock(&lock);
}

void progress_at(uint64_t done, uint64_t total)
{
    atomic_store_explicit(&done_now, done, memory_order_relaxed);
    atomic_store_explicit(&total_now, total, memory_order_relaxed);
}

void progress_clear(void)
{
    if (!running)
        return;
    pthread_mutex_lock(&lock);
    line.hidden = true;
    progress_line_erase(&line);
    pthread_mutex_unlock(&lock);
}
