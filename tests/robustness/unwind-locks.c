/* SPDX-License-Identifier: MIT */
/*
 * The classic deadlock of tools that unwind: one thread captures a stack nobody has seen, which
 * makes an unwinder ask the loader under a lock of its own; another makes a call from a
 * dl_iterate_phdr callback, which holds the loader's lock, and wants the unwinder's.
 */
#define _GNU_SOURCE 1
#include <link.h>

#include "attack.h"

/* 256 call sites that were never unwound before. */
#define SITE(n)                                                                                    \
    static NOINLINE void site_##n(void)                                                            \
    {                                                                                              \
        volatile char room[16 + n];                                                                \
        __asm__ volatile("" : : "r"(room) : "memory");                                             \
        ask();                                                                                     \
        __asm__ volatile("" : : "r"(room) : "memory");                                             \
    }
#define ENTRY(n) site_##n,
/* clang-format does not come to rest here. */
/* clang-format off */
#define SIXTEEN(X, h)                                                                              \
    X(h##0)                                                                                        \
    X(h##1)                                                                                        \
    X(h##2)                                                                                        \
    X(h##3)                                                                                        \
    X(h##4) X(h##5) X(h##6) X(h##7) X(h##8) X(h##9) X(h##A) X(h##B) X(h##C) X(h##D) X(h##E) X(h##F)
#define ALL(X)                                                                                     \
    SIXTEEN(X, 0x1)                                                                                \
    SIXTEEN(X, 0x2)                                                                                \
    SIXTEEN(X, 0x3)                                                                                \
    SIXTEEN(X, 0x4)                                                                                \
    SIXTEEN(X, 0x5)                                                                                \
    SIXTEEN(X, 0x6)                                                                                \
    SIXTEEN(X, 0x7) SIXTEEN(X, 0x8) SIXTEEN(X, 0x9) SIXTEEN(X, 0xA) SIXTEEN(X, 0xB)                \
        SIXTEEN(X, 0xC) SIXTEEN(X, 0xD) SIXTEEN(X, 0xE) SIXTEEN(X, 0xF)
/* clang-format on */

ALL(SITE)
static void (*const sites[])(void) = {ALL(ENTRY)};
#define SITES (sizeof sites / sizeof *sites)

static pthread_barrier_t barrier;

static int in_callback(struct dl_phdr_info *info, size_t size, void *site)
{
    (void)info, (void)size;
    pthread_barrier_wait(&barrier);
    (*(void (*const *)(void))site)();
    return 1;
}

static void *from_callbacks(void *unused)
{
    for (size_t i = 0; i + 1 < SITES; i += 2)
        dl_iterate_phdr(in_callback, (void *)(sites + i));
    return unused;
}

int main(void)
{
    pthread_t thread;

    alarm(20);
    pthread_barrier_init(&barrier, NULL, 2);
    if (pthread_create(&thread, NULL, from_callbacks, NULL) != 0)
        abort();
    for (size_t i = 0; i + 1 < SITES; i += 2) {
        pthread_barrier_wait(&barrier);
        sites[i + 1]();
    }
    pthread_join(thread, NULL);
    puts("no deadlock");
    return 0;
}
