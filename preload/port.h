/* SPDX-License-Identifier: MIT */
/*
 * What the machine and the kernel give, behind one header. Every function may be called from any
 * thread, from signal handlers and in a vfork child; none allocates, none changes errno.
 */
#ifndef SCA_PORT_H
#define SCA_PORT_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "export.h"
#include "trace_format.h"

extern enum sca_clock sca_clock_kind; /* set once by sca_clock_start() */

/*
 * Choose the clock: the time-stamp counter only where the kernel itself trusts it. Once, before the
 * clock is read; forked children keep it. It reads a file, which a program without audited calls
 * is spared. `libc_clock` is libc's own clock_gettime, for what is called so may be somebody's who
 * makes time up (libfaketime).
 */
void sca_clock_start(int (*libc_clock)(clockid_t, struct timespec *));

/* CLOCK_MONOTONIC and CLOCK_REALTIME, nanoseconds. */
uint64_t sca_monotonic(void);
uint64_t sca_realtime(void);

/* The same moment on the trace clock and on CLOCK_MONOTONIC, as near as it can be had. */
void sca_both_clocks(uint64_t *clock, uint64_t *ns);

/*
 * The trace clock. rdtscp waits for what came before, lfence keeps back what comes after: with a
 * plain rdtsc two threads handing an object over are seen in the wrong order.
 */
static inline uint64_t sca_now(void)
{
#if defined(__x86_64__)
    if (sca_clock_kind == SCA_CLOCK_TSC) {
        uint32_t low, high, cpu;

        __asm__ volatile("rdtscp\n\tlfence" : "=a"(low), "=d"(high), "=c"(cpu) : : "memory");
        return (uint64_t)high << 32 | low;
    }
#endif
    return sca_monotonic();
}

/*
 * Add to a counter that only this thread writes, atomically with respect to its own signal
 * handlers (one instruction, no bus lock). Returns the value before.
 */
static inline uint64_t sca_local_add(_Atomic uint64_t *counter, uint64_t value)
{
#if defined(__x86_64__)
    __asm__ volatile("xaddq %0, %1" : "+r"(value), "+m"(*counter) : : "memory", "cc");
    return value;
#else
    return atomic_fetch_add_explicit(counter, value, memory_order_relaxed);
#endif
}

/*
 * A system call and its raw result, -errno when it failed: errno stays as it is. Never libc's
 * syscall(), which this library interposes.
 */
#define sca_syscall(...) SCA_SYSCALL_ARGUMENTS(__VA_ARGS__, 0, 0, 0, 0, 0, 0)
#define SCA_SYSCALL_ARGUMENTS(number, a, b, c, d, e, f, ...)                                       \
    sca_raw_syscall(number, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
static inline long sca_raw_syscall(long number, long a, long b, long c, long d, long e, long f)
{
#if defined(__x86_64__)
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    long result;

    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "0"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
#else
    int saved = errno;
    long result = syscall(number, a, b, c, d, e, f);

    if (result < 0)
        result = -errno;
    errno = saved;
    return result;
#endif
}

/*
 * Set from the moment the program gives itself a seccomp filter (seccomp_hook.h): a system call of
 * ours might be the end of it. Whoever makes one asks this first; the functions here do, and answer
 * as told below. Reading the clock then is no system call either, or nothing is recorded any more.
 */
extern _Atomic bool sca_no_syscalls;
static inline bool sca_may_call(void)
{
    return SCA_LIKELY(!atomic_load_explicit(&sca_no_syscalls, memory_order_relaxed));
}

/* Does the C library read the clock without a system call? False when it cannot be told. */
bool sca_clock_is_quiet(void);

uint32_t sca_pid(void); /* the kernel's word, never a cached one; 0 without system calls */
uint32_t sca_tid(void); /* likewise */

/* Anonymous zeroed memory that costs nothing until touched; NULL if there is none, as without
 * system calls, when nothing is unmapped either. */
void *sca_map(size_t size);
void *sca_map_shared(size_t size); /* with the children of fork */
void sca_unmap(void *block, size_t size);

/* Is there a page at this address (of a page)? */
bool sca_is_mapped(uintptr_t page);

/* Read at most size - 1 bytes of a file and end them with NUL; the length, or -1. */
ssize_t sca_read_file(const char *path, char *buffer, size_t size);

/*
 * A variable of the environment, NULL if it is not set. Before libc has started (a call from the
 * program's preinit functions) libc knows none: then as the kernel has them. For the start of the
 * process, which sees to it that it is not a secure one.
 */
const char *sca_variable(const char *name);

/*
 * One line to stderr in a single write: at most 14 strings, with "scardaudit: " first. Nothing
 * once descriptor 2 is another file than at sca_say_start(): the program may have put a file of its
 * own there. Nothing without system calls, nor into a pipe that is full or that nobody reads.
 */
void sca_say_start(void);
#define sca_say(...) sca_say_parts((const char *const[]){__VA_ARGS__, NULL})
void sca_say_parts(const char *const *parts);

/* Is descriptor 2 still the file it was at sca_say_start()? */
bool sca_stderr_is_the_first(void);

/* Bounded copy and append; the result is always NUL-terminated. */
void sca_copy(char *to, size_t size, const char *from);
void sca_append(char *to, size_t size, const char *from);
void sca_append_number(char *to, size_t size, uint64_t number);
size_t sca_length(const char *text);
bool sca_same(const char *a, const char *b);
bool sca_starts_with(const char *text, const char *start);
const char *sca_base_name(const char *path); /* within `path` */
void sca_bytes(void *to, const void *from, size_t count);

/*
 * Keys of thread-specific data. glibc keeps the values of its first 32 in the thread itself;
 * beyond, it allocates. Ours are the last of those: the first are the program's; and those of
 * libraries in other namespaces, whose C library counts from 0 again and keeps the values in the
 * same places. Between the two calls all keys below a number are taken.
 */
#define SCA_KEYS 32
#define SCA_HIGH_KEY 30
struct sca_keys {
    pthread_key_t held[SCA_KEYS];
    size_t count;
};
void sca_keys_hold(struct sca_keys *keys, pthread_key_t below);
void sca_keys_let_go(struct sca_keys *keys);

/*
 * A lock for a short, bounded section of our own code. Signals are blocked inside, so that no
 * handler can longjmp out of it, or be cancelled in it, and leave it locked. False when this very
 * thread holds it already: then the caller gives up instead of waiting. Without system calls
 * signals are not blocked, and nobody waits for long.
 */
struct sca_gate {
    _Atomic uintptr_t owner; /* its thread pointer, 0: free */
    uint64_t signals;        /* the owner's mask outside */
    bool blocked;            /* signals are to be let in again */
};
bool sca_enter(struct sca_gate *gate);
void sca_leave(struct sca_gate *gate);

#endif
