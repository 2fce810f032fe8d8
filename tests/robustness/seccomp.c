/* SPDX-License-Identifier: MIT */
/*
 * A program that locks itself into a seccomp filter that kills it for any system call it does not
 * make itself. seccomp HOW WHAT: how the filter is set, and what is done under it. The library
 * below is a stand-in, so an audited call makes no system call of its own.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "attack.h"

static const int allowed[] = {SYS_write, SYS_futex, SYS_exit_group,
                              /* what glibc does for a thread, and for fork */
                              SYS_mmap, SYS_mprotect, SYS_munmap, SYS_clone3, SYS_clone,
                              SYS_set_robust_list, SYS_rseq, SYS_rt_sigprocmask, SYS_exit,
                              SYS_rt_sigaction, SYS_brk, SYS_getrandom, SYS_madvise, SYS_wait4};
#define ALLOWED (sizeof allowed / sizeof *allowed)
#define ALONE 3 /* that many for a program that does none of this */

static void say(const char *text)
{
    if (write(STDOUT_FILENO, text, strlen(text)) < 0)
        _exit(9);
}

/* ---- how ------------------------------------------------------------------------------------ */

static struct sock_filter code[2 * ALLOWED + 2];
static struct sock_fprog program = {0, code};

/* Architecture and so on left aside: this is a filter for one program. */
static void compile(size_t count, unsigned otherwise)
{
    unsigned short length = 0;

    code[length++] =
        (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (size_t i = 0; i < count; i++) {
        code[length++] =
            (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)allowed[i], 0, 1);
        code[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    }
    code[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, otherwise);
    program.len = length;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        abort();
}

static int by_prctl(size_t count)
{
    compile(count, SECCOMP_RET_KILL_PROCESS);
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static int by_syscall(size_t count)
{
    compile(count, SECCOMP_RET_KILL_PROCESS);
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_LOG, &program);
}

static int by_prctl_through_syscall(size_t count)
{
    compile(count, SECCOMP_RET_KILL_PROCESS);
    return (int)syscall(SYS_prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}

static int by_library(size_t count)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);

    for (size_t i = 0; i < count; i++)
        seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
    return seccomp_load(filter);
}

static void *set_for_all(void *count)
{
    compile(*(size_t *)count, SECCOMP_RET_KILL_PROCESS);
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) != 0)
        abort();
    syscall(SYS_exit, 0);
    return NULL;
}

/* By another thread, for all threads. */
static int by_thread(size_t count)
{
    static size_t with_exit = ALLOWED;
    pthread_t thread;

    (void)count;
    if (pthread_create(&thread, NULL, set_for_all, &with_exit) != 0)
        abort();
    pthread_join(thread, NULL);
    return 0;
}

/* read, write, exit and sigreturn; the time-stamp counter is taken away as well. */
static int strictly(size_t count)
{
    (void)count;
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT);
}

/* Nothing is set: questions, a filter that is refused, one of a vfork child. */
static int not_at_all(size_t count)
{
    pid_t pid;

    compile(count, SECCOMP_RET_KILL_PROCESS);
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL) != -1 || errno != EFAULT ||
        syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, NULL) != -1 || errno != EFAULT ||
        syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 1U << 31, &program) != -1 || errno != EINVAL)
        abort();
    pid = vfork();
    if (pid == 0) {
        syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
        _exit(0);
    }
    return waitpid(pid, NULL, 0) == pid ? 0 : 1;
}

/* ---- what ----------------------------------------------------------------------------------- */

static NOINLINE void call_at_depth(int depth)
{
    if (depth > 0)
        call_at_depth(depth - 1);
    else
        ask();
    __asm__ volatile("");
}

/* A leak with a story, the first call of its kind. */
static NOINLINE void open_context(void)
{
    SCARDCONTEXT context;

    if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context) != SCARD_S_SUCCESS)
        abort();
}

static void *call_in_thread(void *unused)
{
    ask();
    return unused;
}

static void calls(int count)
{
    for (int i = 0; i < count; i++)
        call_at_depth(i % 8);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*set)(size_t);
    } ways[] = {
        {"prctl", by_prctl},        {"syscall", by_syscall},
        {"libseccomp", by_library}, {"prctl-through-syscall", by_prctl_through_syscall},
        {"thread", by_thread},      {"strict", strictly},
        {"not", not_at_all},
    };
    const char *what;
    int result = -1;

    if (argc != 3)
        return 2;
    what = argv[2];
    calls(5);
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (!strcmp(argv[1], ways[i].name))
            result =
                ways[i].set(!strcmp(what, "thread") || !strcmp(what, "fork") ? ALLOWED : ALONE);
    if (result != 0)
        return 3;
    calls(!strcmp(what, "many") ? 40000 : 20);
    say("under the filter\n");
    if (!strcmp(what, "leak"))
        open_context();
    if (!strcmp(what, "thread"))
        run_thread(call_in_thread);
    if (!strcmp(what, "fork")) {
        pid_t pid = fork();
        int status;

        if (pid == 0) {
            ask();
            exit(0);
        }
        waitpid(pid, &status, 0);
        say(status == 0 ? "child: status 0\n" : "child: killed\n");
    }
    if (!strcmp(what, "raw-exit"))
        syscall(SYS_exit, 0);
    if (!strcmp(what, "_exit"))
        _exit(7);
    return 0;
}
