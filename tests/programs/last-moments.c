/* SPDX-License-Identifier: MIT */
/*
 * last-moments MODE: leak a context and end with status 7, in circumstances that would disturb
 * whoever reports in this process, or waits in it.
 */
#define _GNU_SOURCE 1
#include "card.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define STATUS 7
#define WORKERS 4

extern char **environ;

static volatile int *table; /* what a destructor unmaps under the workers' feet */
static volatile int ended;

static NOINLINE void leak(void)
{
    open_context();
}

/* Reads what the program's end has unmapped: the process must be over within the pause. */
static void *work(void *unused)
{
    volatile int *mine = table;

    (void)unused;
    while (!ended)
        mine[0]++;
    usleep(300000);
    mine[0]++;
    return NULL;
}

static void workers(void)
{
    table = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (int i = 0; i < WORKERS; i++) {
        pthread_t thread;

        pthread_create(&thread, NULL, work, NULL);
    }
}

__attribute__((destructor)) static void unmap(void)
{
    if (!table)
        return;
    ended = 1;
    usleep(1000);
    munmap((void *)(uintptr_t)table, 4096);
}

static void *leave(void *unused)
{
    (void)unused;
    exit(STATUS);
}

static void another_thread(void)
{
    pthread_t thread;

    pthread_create(&thread, NULL, leave, NULL);
    pthread_join(thread, NULL);
}

static void leave_in_handler(int number)
{
    (void)number;
    exit(STATUS);
}

static void handler(void)
{
    signal(SIGUSR1, leave_in_handler);
    raise(SIGUSR1);
}

/* On its way when the program ends, and fatal: so nothing must take a moment. */
static void timers(void)
{
    struct itimerval soon = {{0, 20000}, {0, 20000}};

    setitimer(ITIMER_REAL, &soon, NULL);
    setitimer(ITIMER_VIRTUAL, &soon, NULL);
    setitimer(ITIMER_PROF, &soon, NULL);
}

static void pending(void)
{
    sigset_t all;

    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    raise(SIGTERM);
    raise(SIGUSR2);
    raise(SIGRTMIN + 3);
    pthread_kill(pthread_self(), SIGALRM);
}

static void ignored_child(void)
{
    signal(SIGCHLD, SIG_IGN);
}

static void on_child(int number)
{
    (void)number;
    while (waitpid(-1, NULL, WNOHANG) > 0)
        ;
}

/* It ends when its parent does, which is when the pipe's other end is closed. */
static void child(void)
{
    int ends[2];

    signal(SIGCHLD, on_child);
    if (pipe2(ends, O_CLOEXEC) == 0 && fork() == 0) {
        char byte;

        close(ends[1]);
        if (read(ends[0], &byte, 1) == 0)
            _exit(0);
        _exit(1);
    }
    close(ends[0]);
}

static void leave_again(void)
{
    exit(STATUS);
}

static void nested(void)
{
    atexit(leave_again);
    exit(1);
}

static void closed(void)
{
    for (int fd = 0; fd < 1024; fd++)
        close(fd);
}

/* Its own file is descriptor 2 now. */
static void other_stderr(void)
{
    close(2);
    if (open("not-stderr", O_WRONLY | O_CREAT | O_TRUNC, 0600) != 2)
        exit(UNEXPECTED);
}

static void limits(void)
{
    static const int which[] = {RLIMIT_AS, RLIMIT_DATA, RLIMIT_FSIZE, RLIMIT_NOFILE};

    for (size_t i = 0; i < sizeof which / sizeof *which; i++) {
        struct rlimit limit;

        getrlimit(which[i], &limit);
        limit.rlim_cur = which[i] == RLIMIT_NOFILE ? 4 : 1 << 20;
        setrlimit(which[i], &limit);
    }
}

static void damaged_environment(void)
{
    static char *variables[] = {(char *)1, NULL};

    environ = variables;
}

static void elsewhere(void)
{
    if (chdir("/") != 0)
        exit(UNEXPECTED);
}

/* Unwritten output, and input that was read ahead. */
static void buffered(void)
{
    char line[16];

    if (fgets(line, sizeof line, stdin))
        printf("read %s", line);
    printf("no newline");
}

static void forked(void)
{
    pid_t pid = fork();

    if (pid == 0) {
        leak();
        exit(3);
    }
    waitpid(pid, NULL, 0);
}

static void underscore_exit(void)
{
    printf("lost, as it would be");
    _exit(STATUS);
}

static void quick(void)
{
    printf("lost, as it would be");
    quick_exit(STATUS);
}

static void large_status(void)
{
    exit(256 + STATUS);
}

static void plain(void)
{
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*function)(void);
    } modes[] = {
        {"plain", plain},
        {"workers", workers},
        {"another-thread", another_thread},
        {"handler", handler},
        {"timers", timers},
        {"pending", pending},
        {"ignored-child", ignored_child},
        {"child", child},
        {"nested", nested},
        {"closed", closed},
        {"other-stderr", other_stderr},
        {"limits", limits},
        {"damaged-environment", damaged_environment},
        {"elsewhere", elsewhere},
        {"buffered", buffered},
        {"forked", forked},
        {"_exit", underscore_exit},
        {"quick_exit", quick},
        {"large-status", large_status},
    };

    for (size_t i = 0; argc > 1 && i < sizeof modes / sizeof *modes; i++)
        if (strcmp(argv[1], modes[i].name) == 0) {
            leak();
            modes[i].function();
            exit(STATUS);
        }
    return 2;
}
