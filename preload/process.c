/* SPDX-License-Identifier: MIT */
#include "process.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>

#include "export.h"
#include "port.h"

#ifndef MADV_WIPEONFORK
#define MADV_WIPEONFORK 18
#endif
#define FORGETTERS 8

static _Atomic uint64_t *page; /* never NULL while on */
static uint64_t token;         /* survives the fork, unlike the page */
static uint32_t pid;
static _Atomic bool on;
static _Atomic uint64_t fork_clock; /* of a fork under way, else 0 */
static void (*forgetters[FORGETTERS])(void);
static size_t forgetters_count;

/* Ours is the last of these handlers before the fork. A raw clone calls none. */
static void atfork_prepare(void)
{
    if (sca_process_is_on())
        atomic_store(&fork_clock, sca_now());
}

static void atfork_parent(void)
{
    atomic_store(&fork_clock, 0);
}

uint64_t sca_fork_clock(void)
{
    uint64_t clock = atomic_load(&fork_clock);

    return clock ? clock : sca_now();
}

static void forked(void)
{
    pid = sca_pid();
    for (size_t i = 0; i < forgetters_count; i++)
        forgetters[i]();
    atomic_store(&fork_clock, 0);
    atomic_store(page, ++token);
}

/* A child handler of the program that ran before this one may have made a call already. */
static void atfork_child(void)
{
    if (atomic_load(&on) && (atomic_load(page) == 0 || sca_pid() != pid))
        forked();
}

bool sca_process_begin(void)
{
    page = sca_map(SCA_PAGE);
    if (!page)
        return false;
    madvise(page, SCA_PAGE, MADV_WIPEONFORK);
    atomic_store(page, ++token);
    pid = sca_pid();
    return pthread_atfork(atfork_prepare, atfork_parent, atfork_child) == 0;
}

void sca_at_fork(void (*forget)(void))
{
    forgetters[forgetters_count++] = forget;
}

void sca_process_on(void)
{
    atomic_store(&on, true);
}

void sca_process_off(void)
{
    atomic_store(&on, false);
}

bool sca_process_is_on(void)
{
    return atomic_load_explicit(&on, memory_order_acquire);
}

uint64_t sca_process_token(void)
{
    uint64_t now = atomic_load_explicit(page, memory_order_relaxed);

    if (SCA_UNLIKELY(now == 0)) {
        forked();
        now = token;
    }
    return now;
}

bool sca_process_is_ours(void)
{
    return sca_process_is_on() && sca_may_call() && sca_pid() == pid;
}

bool sca_process_may_end(void)
{
    return sca_may_call() ? sca_process_is_ours() : sca_process_is_on() && atomic_load(page);
}
