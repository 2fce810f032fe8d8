/* SPDX-License-Identifier: MIT */
#include "port.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

enum sca_clock sca_clock_kind = SCA_CLOCK_MONOTONIC;
_Atomic bool sca_no_syscalls;
static bool quiet_clock;

static bool has_rdtscp(void)
{
#if defined(__x86_64__)
    unsigned a, b, c, d;

    return __get_cpuid(0x80000001U, &a, &b, &c, &d) && (d & 1U << 27);
#else
    return false;
#endif
}

static int (*clock_of_libc)(clockid_t, struct timespec *) = clock_gettime;

void sca_clock_start(int (*libc_clock)(clockid_t, struct timespec *))
{
    /* What the vdso of x86 can read. */
    static const char *const quiet[] = {"tsc\n", "kvm-clock\n", "hyperv_clocksource_tsc_page\n"};
    static bool started;
    char name[40];

    if (started)
        return;
    started = true;
    clock_of_libc = libc_clock;
    if (sca_read_file("/sys/devices/system/clocksource/clocksource0/current_clocksource", name,
                      sizeof name) <= 0)
        return;
    if (has_rdtscp() && sca_same(name, quiet[0]))
        sca_clock_kind = SCA_CLOCK_TSC;
    for (size_t i = 0; i < sizeof quiet / sizeof *quiet; i++)
        quiet_clock = quiet_clock || sca_same(name, quiet[i]);
}

bool sca_clock_is_quiet(void)
{
    return quiet_clock;
}

static uint64_t read_clock(clockid_t id)
{
    struct timespec now;
    int saved = errno;

    if (clock_of_libc(id, &now) < 0)
        now.tv_sec = now.tv_nsec = 0;
    errno = saved;
    return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

uint64_t sca_monotonic(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

uint64_t sca_realtime(void)
{
    return read_clock(CLOCK_REALTIME);
}

void sca_both_clocks(uint64_t *clock, uint64_t *ns)
{
    uint64_t shortest = UINT64_MAX;

    /* Being preempted between the two readings would bend the time scale: the tightest of four. */
    for (int i = 0; i < 4; i++) {
        uint64_t before = sca_now();
        uint64_t middle = sca_monotonic();
        uint64_t after = sca_now();

        if (after - before < shortest) {
            shortest = after - before;
            *clock = before + shortest / 2;
            *ns = middle;
        }
    }
}

uint32_t sca_pid(void)
{
    return sca_may_call() ? (uint32_t)sca_syscall(SYS_getpid) : 0;
}

uint32_t sca_tid(void)
{
    return sca_may_call() ? (uint32_t)sca_syscall(SYS_gettid) : 0;
}

static void *map(size_t size, int flags)
{
    int saved = errno;
    void *block;

    if (!sca_may_call())
        return NULL;
    block = mmap(NULL, size, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    errno = saved;
    return block == MAP_FAILED ? NULL : block;
}

void *sca_map(size_t size)
{
    return map(size, MAP_PRIVATE);
}

void *sca_map_shared(size_t size)
{
    return map(size, MAP_SHARED);
}

void sca_unmap(void *block, size_t size)
{
    int saved = errno;

    if (sca_may_call())
        munmap(block, size);
    errno = saved;
}

bool sca_is_mapped(uintptr_t page)
{
    int saved = errno;
    unsigned char resident;
    bool mapped = sca_may_call() && mincore((void *)page, SCA_PAGE, &resident) == 0;

    errno = saved;
    return mapped;
}

ssize_t sca_read_file(const char *path, char *buffer, size_t size)
{
    size_t length = 0;
    long fd = sca_may_call()
                  ? sca_syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
                  : -1;

    if (fd < 0)
        return -1;
    while (length + 1 < size) {
        long got = sca_syscall(SYS_read, fd, buffer + length, size - 1 - length);

        if (got == -EINTR)
            continue;
        if (got <= 0)
            break;
        length += (size_t)got;
    }
    buffer[length] = '\0';
    sca_syscall(SYS_close, fd);
    return (ssize_t)length;
}

#define ENVIRONMENT ((size_t)256 << 10)

const char *sca_variable(const char *name)
{
    static char *block;
    size_t length = sca_length(name);

    if (environ)
        return secure_getenv(name);
    if (!block) {
        block = sca_map(ENVIRONMENT);
        if (block)
            sca_read_file("/proc/self/environ", block, ENVIRONMENT);
    }
    for (const char *entry = block; entry && *entry; entry += sca_length(entry) + 1) {
        size_t i = 0;

        while (i < length && entry[i] == name[i])
            i++;
        if (i == length && entry[i] == '=')
            return entry + i + 1;
    }
    return NULL;
}

static struct stat first_stderr;
static bool had_stderr;

void sca_say_start(void)
{
    int saved = errno;

    had_stderr = fstat(STDERR_FILENO, &first_stderr) == 0;
    errno = saved;
}

/* A pipe that nobody reads would kill the program, a full one stop it. */
static bool stderr_takes_it(void)
{
    struct pollfd pipe = {STDERR_FILENO, POLLOUT, 0};

    return sca_syscall(SYS_poll, &pipe, 1, 0) == 1 && pipe.revents == POLLOUT;
}

bool sca_stderr_is_the_first(void)
{
    int saved = errno;
    struct stat now;
    bool same = had_stderr && fstat(STDERR_FILENO, &now) == 0 &&
                now.st_dev == first_stderr.st_dev && now.st_ino == first_stderr.st_ino;

    errno = saved;
    return same;
}

void sca_say_parts(const char *const *parts)
{
    struct iovec line[16];
    int count = 0;
    int saved = errno;

    line[count++] = (struct iovec){(void *)(uintptr_t) "scardaudit: ", 12};
    for (; *parts && count < 15; parts++)
        line[count++] = (struct iovec){(void *)(uintptr_t)*parts, sca_length(*parts)};
    line[count++] = (struct iovec){(void *)(uintptr_t) "\n", 1};
    if (sca_may_call() && sca_stderr_is_the_first() && stderr_takes_it())
        sca_syscall(SYS_writev, STDERR_FILENO, line, count);
    errno = saved;
}

size_t sca_length(const char *text)
{
    size_t length = 0;

    while (text[length])
        length++;
    return length;
}

bool sca_same(const char *a, const char *b)
{
    while (*a && *a == *b)
        a++, b++;
    return *a == *b;
}

bool sca_starts_with(const char *text, const char *start)
{
    while (*start && *text == *start)
        text++, start++;
    return !*start;
}

const char *sca_base_name(const char *path)
{
    const char *base = path;

    for (; *path; path++)
        if (*path == '/')
            base = path + 1;
    return base;
}

void sca_bytes(void *to, const void *from, size_t count)
{
    char *target = to;
    const char *source = from;

    for (size_t i = 0; i < count; i++)
        target[i] = source[i];
}

void sca_copy(char *to, size_t size, const char *from)
{
    to[0] = '\0';
    sca_append(to, size, from);
}

void sca_append(char *to, size_t size, const char *from)
{
    size_t at = sca_length(to);

    while (*from && at + 1 < size)
        to[at++] = *from++;
    to[at] = '\0';
}

void sca_append_number(char *to, size_t size, uint64_t number)
{
    char digits[24];
    size_t at = sizeof digits - 1;

    digits[at] = '\0';
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    sca_append(to, size, digits + at);
}

void sca_keys_hold(struct sca_keys *keys, pthread_key_t below)
{
    pthread_key_t key = 0;

    for (keys->count = 0; key + 1 < below && keys->count < SCA_KEYS;
         keys->held[keys->count++] = key)
        if (pthread_key_create(&key, NULL) != 0)
            return;
}

void sca_keys_let_go(struct sca_keys *keys)
{
    while (keys->count)
        pthread_key_delete(keys->held[--keys->count]);
}

static void set_signals(const uint64_t *mask, uint64_t *old)
{
    sca_syscall(SYS_rt_sigprocmask, SIG_SETMASK, mask, old, sizeof *mask);
}

/* What another thread does in there takes microseconds; one that never ends was longjmped out of.
 */
#define PATIENCE 100000

bool sca_enter(struct sca_gate *gate)
{
    static const uint64_t all = UINT64_MAX;
    uintptr_t self = (uintptr_t)__builtin_thread_pointer();
    bool blocking = sca_may_call();
    uint64_t signals = 0;

    if (blocking)
        set_signals(&all, &signals);
    for (unsigned tries = 0; blocking || tries < PATIENCE; tries++) {
        uintptr_t owner = 0;

        if (atomic_compare_exchange_strong(&gate->owner, &owner, self)) {
            gate->signals = signals;
            gate->blocked = blocking;
            return true;
        }
        if (owner == self)
            break;
        if (blocking)
            sca_syscall(SYS_sched_yield);
    }
    if (blocking)
        set_signals(&signals, NULL);
    return false;
}

void sca_leave(struct sca_gate *gate)
{
    uint64_t signals = gate->signals;
    bool blocked = gate->blocked;

    atomic_store(&gate->owner, 0);
    if (blocked)
        set_signals(&signals, NULL);
}
