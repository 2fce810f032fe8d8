/* SPDX-License-Identifier: MIT */
#include "supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "elf_object.h"
#include "options.h"
#include "port.h"
#include "company.h"

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC 4U
#endif
#define DESCRIPTORS 65536 /* at most that many are marked one by one on kernels before 5.11 */
#define SIGNALS 64

/* Those that a user sends to end, stop or continue whatever runs in this process. */
#define KEPT_SIGNALS                                                                               \
    (1U << SIGHUP | 1U << SIGINT | 1U << SIGQUIT | 1U << SIGTERM | 1U << SIGTSTP | 1U << SIGCONT)

/*
 * The supervisor's whole environment. The program's own may be damaged by now, or name libraries
 * that are not the supervisor's.
 */
static const char *const variables[] = {"TERM", "NO_COLOR", "LANG", "LC_ALL", "LC_CTYPE", "TZ"};
#define VARIABLES (sizeof variables / sizeof *variables)
static char values[VARIABLES][128];
static char start_directory[PATH_MAX];

/* ---- where the supervisor is ---------------------------------------------------------------- */

/* Relative to the directory of this library; report/base/paths.c looks the other way. */
static const char *const beside[] = {"../bin/scardaudit", "../../bin/scardaudit"};

static bool executable(const char *path)
{
    return sca_syscall(SYS_faccessat, AT_FDCWD, path, X_OK) == 0;
}

static const char *end_of_directory(const char *path)
{
    const char *base = sca_base_name(path);

    return base == path ? path : base - 1;
}

/* The directory of this library, links resolved. */
static bool own_directory(char *directory, size_t size)
{
    static char link[64], path[PATH_MAX];
    struct sca_object own;
    long fd, length;

    if (!sca_object_at(&start_directory, &own))
        return false;
    sca_copy(path, sizeof path, own.path[0] == '/' ? "" : start_directory);
    sca_append(path, sizeof path, own.path[0] == '/' ? "" : "/");
    sca_append(path, sizeof path, own.path);
    fd = sca_syscall(SYS_openat, AT_FDCWD, path, O_PATH | O_CLOEXEC);
    if (fd < 0)
        return false;
    sca_copy(link, sizeof link, "/proc/self/fd/");
    sca_append_number(link, sizeof link, (uint64_t)fd);
    length = sca_syscall(SYS_readlinkat, AT_FDCWD, link, directory, size - 1);
    sca_syscall(SYS_close, fd);
    if (length <= 0 || directory[0] != '/')
        return false;
    directory[length] = '\0';
    directory[end_of_directory(directory) - directory] = '\0';
    return true;
}

/* Never by PATH: who sets that of a program would choose what reads its trace. */
static bool find(char *path, size_t size)
{
    static char directory[PATH_MAX];

    if (own_directory(directory, sizeof directory)) {
        if (sca_same(sca_base_name(directory), ".libs")) {
            sca_copy(path, size, directory);
            sca_append(path, size, "/../scardaudit");
            if (executable(path))
                return true;
        }
        for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
            sca_copy(path, size, directory);
            sca_append(path, size, "/");
            sca_append(path, size, beside[i]);
            if (executable(path))
                return true;
        }
    }
    sca_copy(path, size, BINDIR "/scardaudit");
    return executable(path);
}

/* ---- what it is told ------------------------------------------------------------------------ */

#define WORDS 18

struct words {
    char *list[WORDS + 1];
    size_t count;
};

static void word(struct words *words, const char *text)
{
    if (words->count < WORDS)
        words->list[words->count++] = (char *)(uintptr_t)text;
}

/* A file name of the options: relative to where the program started, %p is the pid. */
static void file_name(char *path, size_t size, const char *name)
{
    char letter[2] = "";

    sca_copy(path, size, name[0] == '/' ? "" : start_directory);
    sca_append(path, size, name[0] == '/' ? "" : "/");
    for (; *name; name++) {
        letter[0] = *name;
        if (!sca_starts_with(name, "%p")) {
            sca_append(path, size, letter);
            continue;
        }
        sca_append_number(path, size, sca_pid());
        name++;
    }
}

static void word_file(struct words *words, const char *option, const char *name, char *path)
{
    if (!name[0])
        return;
    file_name(path, PATH_MAX, name);
    word(words, option);
    word(words, path);
}

static void arguments(struct words *words, const char *trace, uint32_t status)
{
    static const char *const at_exit[] = {"text", "summary", "none"};
    static char own[8], replaced[8], text[PATH_MAX], json[PATH_MAX], html[PATH_MAX],
        suppressions[PATH_MAX];

    sca_append_number(own, sizeof own, status);
    word(words, "scardaudit");
    word(words, "supervise");
    word(words, "--status");
    word(words, own);
    if (sca_options.exitcode) {
        sca_append_number(replaced, sizeof replaced, sca_options.exitcode);
        word(words, "--exitcode");
        word(words, replaced);
    }
    word(words, "--stderr");
    word(words, at_exit[sca_options.at_exit]);
    word_file(words, "--text", sca_options.text, text);
    word_file(words, "--json", sca_options.json, json);
    word_file(words, "--html", sca_options.html, html);
    if (sca_starts_with(sca_options.suppressions, "default:")) {
        word(words, "--suppressions");
        word(words, sca_options.suppressions);
    } else {
        word_file(words, "--suppressions", sca_options.suppressions, suppressions);
    }
    word(words, "--");
    word(words, trace);
}

/* ---- handing the process over --------------------------------------------------------------- */

struct kernel_action {
    void (*handler)(int);
    unsigned long flags;
    void (*restorer)(void);
    uint64_t mask;
};

static long change_action(long number, const struct kernel_action *action,
                          struct kernel_action *old)
{
    return sca_syscall(SYS_rt_sigaction, number, action, old, sizeof action->mask);
}

/*
 * What is pending or still arrives was meant for the program, which would be gone by now: a signal
 * that nobody expects must not end the supervisor. Ignoring one drops it where it is pending.
 */
static void silence_signals(void)
{
    const struct kernel_action ignored = {.handler = SIG_IGN}, standard = {.handler = SIG_DFL};

    for (long number = 1; number <= SIGNALS; number++) {
        struct kernel_action old = {0};
        bool kept = number < 32 && (KEPT_SIGNALS >> number & 1);

        if (number == SIGKILL || number == SIGSTOP || change_action(number, &ignored, &old) < 0)
            continue;
        if (kept && old.handler != SIG_IGN)
            change_action(number, &standard, NULL);
    }
}

static void stop_timers(void)
{
    static const int timers[] = {ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF};
    const struct itimerval none = {{0, 0}, {0, 0}};

    for (size_t i = 0; i < sizeof timers / sizeof *timers; i++)
        sca_syscall(SYS_setitimer, timers[i], &none, NULL);
}

/* Limits that the program set itself are not for the supervisor. */
static void lift_limits(void)
{
    static const int limits[] = {RLIMIT_AS, RLIMIT_DATA, RLIMIT_FSIZE, RLIMIT_CPU, RLIMIT_NOFILE};

    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        struct rlimit limit = {0};

        if (sca_syscall(SYS_prlimit64, 0, limits[i], NULL, &limit) < 0)
            continue;
        limit.rlim_cur = limit.rlim_max;
        sca_syscall(SYS_prlimit64, 0, limits[i], &limit, NULL);
    }
}

/* The program's are closed as its end would close them; 0 to 2 must be there, and 2 be ours. */
static void arrange_descriptors(void)
{
    long any;

    if (sca_syscall(SYS_close_range, 3U, UINT_MAX, CLOSE_RANGE_CLOEXEC) < 0)
        for (int fd = 3; fd < DESCRIPTORS; fd++)
            sca_syscall(SYS_fcntl, fd, F_SETFD, FD_CLOEXEC);
    for (int fd = 0; fd <= 2; fd++)
        if (sca_syscall(SYS_fcntl, fd, F_GETFD) < 0)
            sca_syscall(SYS_openat, AT_FDCWD, "/dev/null", O_RDWR);
    if (sca_stderr_is_the_first())
        return;
    any = sca_syscall(SYS_openat, AT_FDCWD, "/dev/null", O_RDWR | O_CLOEXEC);
    sca_syscall(SYS_dup3, any, 2, 0);
}

static void block_signals(void)
{
    const uint64_t all = UINT64_MAX;

    sca_syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, NULL, sizeof all);
}

static void become(const char *program, const char *trace, uint32_t status)
{
    static char environment[VARIABLES][128 + 16];
    struct words argv = {.count = 0}, envp = {.count = 0};

    arguments(&argv, trace, status);
    for (size_t i = 0; i < VARIABLES; i++) {
        if (!values[i][0])
            continue;
        sca_copy(environment[i], sizeof environment[i], variables[i]);
        sca_append(environment[i], sizeof environment[i], "=");
        sca_append(environment[i], sizeof environment[i], values[i]);
        word(&envp, environment[i]);
    }
    stop_timers();
    silence_signals();
    arrange_descriptors();
    sca_syscall(SYS_execve, program, argv.list, envp.list);
}

/* What it takes to load the supervisor, bytes: should that fail, the loader ends the process. */
#define LEAST_SPACE ((rlim_t)64 << 20)

static bool is_short(int which)
{
    struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};

    return sca_syscall(SYS_prlimit64, 0, which, NULL, &limit) == 0 && limit.rlim_cur < LEAST_SPACE;
}

/* After lift_limits(). */
static bool may_become_another(void)
{
    return !sca_under_thread_sanitizer() && !sca_under_valgrind() && !is_short(RLIMIT_AS) &&
           !is_short(RLIMIT_DATA);
}

bool sca_supervisor_wanted(void)
{
    return sca_options.at_exit != SCA_AT_EXIT_NONE || sca_options.exitcode || sca_options.text[0] ||
           sca_options.json[0] || sca_options.html[0];
}

void sca_supervise(const char *trace, uint32_t status, bool flush)
{
    static char program[PATH_MAX];
    static _Atomic uint64_t first; /* the process and the thread that does it */
    uint64_t self = (uint64_t)sca_pid() << 32 | sca_tid(), other = atomic_load(&first);

    if (!sca_supervisor_wanted())
        return;
    if (other >> 32 == self >> 32 || !atomic_compare_exchange_strong(&first, &other, self)) {
        while (other != self)
            pause();
        return; /* it failed before */
    }
    lift_limits();
    if (status != SCA_STATUS_UNKNOWN && may_become_another() && find(program, sizeof program)) {
        /* With the signals as they are: writing to a pipe without a reader ends the program. */
        if (flush)
            fcloseall();
        block_signals();
        become(program, trace, status);
    }
    if (sca_options.at_exit != SCA_AT_EXIT_NONE)
        sca_say("the report is made by: scardaudit report ", trace);
}

void sca_supervisor_start(const char *directory)
{
    sca_copy(start_directory, sizeof start_directory, directory);
    for (size_t i = 0; i < VARIABLES; i++) {
        const char *value = sca_variable(variables[i]);

        sca_copy(values[i], sizeof values[i], value ? value : "");
    }
}
