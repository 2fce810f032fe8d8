/* SPDX-License-Identifier: MIT */
/* odd-forks MODE: ways to become two processes that are not fork() alone. */
#define _GNU_SOURCE 1
#include "card.h"

#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static NOINLINE void count_readers(SCARDCONTEXT ctx)
{
    DWORD length = 0;

    EXPECT(SCARD_S_SUCCESS, SCardListReaders(ctx, NULL, NULL, &length));
}

static NOINLINE int use_own(void)
{
    SCARDCONTEXT ctx = open_context();

    count_readers(ctx);
    close_context(ctx);
    return 0;
}

static NOINLINE int leak_own(void)
{
    open_context();
    return 0;
}

static void await(pid_t child, int wanted)
{
    int status;

    if (child < 0 || waitpid(child, &status, 0) != child || status != wanted << 8)
        exit(UNEXPECTED);
}

static NOINLINE void vfork_and_exit(void)
{
    pid_t child = vfork();

    if (child == 0)
        _exit(3);
    await(child, 3);
}

/* What Python's subprocess does with a missing program. */
static NOINLINE void vfork_and_exec(const char *program)
{
    pid_t child = vfork();

    if (child == 0) {
        execl(program, program, (char *)NULL);
        _exit(0);
    }
    await(child, 0);
}

/* The parent's trace must not end with its child: killed, it has no end but that. */
static int vfork_exit(void)
{
    use_own();
    vfork_and_exit();
    return raise(SIGKILL);
}

static int vfork_exec(void)
{
    use_own();
    vfork_and_exec("/bin/true");
    return raise(SIGKILL);
}

static int vfork_failed_exec(void)
{
    use_own();
    vfork_and_exec("/nonexistent");
    return raise(SIGKILL);
}

static int spawn(void)
{
    char self[] = "/proc/self/exe", mode[] = "leak";
    char *argv[] = {self, mode, NULL};
    pid_t child;

    use_own();
    if (posix_spawn(&child, self, NULL, NULL, argv, environ) != 0)
        return UNEXPECTED;
    await(child, 0);
    return 0;
}

/* No atfork handler runs. */
static int raw_clone(void)
{
    SCARDCONTEXT ctx = open_context();
    pid_t child = (pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);

    if (child == 0) {
        leak_own();
        count_readers(ctx);
        exit(0);
    }
    await(child, 0);
    close_context(ctx);
    return 0;
}

/* Between the two that make calls stands one that makes none, and so has no trace. */
static int grandchild(void)
{
    SCARDCONTEXT ctx = open_context();
    pid_t child = fork();

    if (child == 0) {
        child = fork();
        if (child == 0) {
            count_readers(ctx);
            exit(0);
        }
        await(child, 0);
        exit(0);
    }
    await(child, 0);
    close_context(ctx);
    return 0;
}

/* The child leaves alone what it inherited, but for what is local or has its own connection. */
static int harmless(void)
{
    SCARDCONTEXT ctx = open_context();
    char *readers = list_readers(ctx);
    pid_t child = fork();

    if (child == 0) {
        EXPECT(SCARD_S_SUCCESS, SCardIsValidContext(ctx));
        EXPECT(SCARD_S_SUCCESS, SCardCancel(ctx));
        free_block(ctx, readers);
        use_own();
        exit(0);
    }
    await(child, 0);
    free_block(ctx, readers);
    close_context(ctx);
    return 0;
}

/* The parent goes on at once, and is long done when the child begins. */
static int parent_first(void)
{
    SCARDCONTEXT ctx = open_context();
    char byte;
    int ends[2];
    pid_t child;

    if (pipe(ends) < 0)
        return UNEXPECTED;
    child = fork();
    if (child == 0) {
        close(ends[1]);
        if (read(ends[0], &byte, 1) == 0)
            SCardReleaseContext(ctx);
        exit(0);
    }
    close_context(ctx);
    close(ends[1]);
    await(child, 0);
    return 0;
}

/* As daemons do it by hand, leaving by exit(). */
static int daemonize(void)
{
    SCARDCONTEXT ctx = open_context();

    if (fork() != 0)
        exit(0);
    setsid();
    if (fork() != 0)
        exit(0);
    count_readers(ctx);
    close_context(ctx);
    puts("released by the daemon");
    return 0;
}

/* daemon(3): the parent ends inside libc, the child goes on with what was established before. */
static int become_daemon(void)
{
    SCARDCONTEXT ctx = open_context();

    if (daemon(1, 1) < 0)
        return UNEXPECTED;
    count_readers(ctx);
    close_context(ctx);
    puts("released by the daemon");
    return 0;
}

/* As it should be done. */
static int daemon_first(void)
{
    if (daemon(1, 1) < 0)
        return UNEXPECTED;
    puts("established by the daemon");
    return use_own();
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*live)(void);
    } modes[] = {
        {"leak", leak_own},
        {"vfork-_exit", vfork_exit},
        {"vfork-exec", vfork_exec},
        {"vfork-failed-exec", vfork_failed_exec},
        {"spawn", spawn},
        {"clone", raw_clone},
        {"grandchild", grandchild},
        {"harmless", harmless},
        {"parent-first", parent_first},
        {"daemonize", daemonize},
        {"daemon", become_daemon},
        {"daemon-first", daemon_first},
    };

    for (size_t i = 0; argc == 2 && i < sizeof modes / sizeof *modes; i++)
        if (strcmp(argv[1], modes[i].name) == 0)
            return modes[i].live();
    return 2;
}
