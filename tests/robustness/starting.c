/* SPDX-License-Identifier: MIT */
/*
 * starting FUNCTION PLACE ENVIRONMENT PROGRAM: make an audited call, then start PROGRAM with six
 * arguments, in one of the ways of libc, from one of several places, with some environment.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>

#include "attack.h"

static const char *program;
static char **environment;

/* What all of them hand on: more than registers take. */
#define LIST "one", "two", "", "four 4", "five", "six"
static char *arguments[] = {"program", LIST, NULL};

/* ---- functions ------------------------------------------------------------------------------ */

static int with_execl(void)
{
    environ = environment;
    return execl(program, "program", LIST, (char *)NULL);
}

static int with_execlp(void)
{
    environ = environment;
    return execlp(program, "program", LIST, (char *)NULL);
}

static int with_execle(void)
{
    return execle(program, "program", LIST, (char *)NULL, environment);
}

static int with_execv(void)
{
    environ = environment;
    return execv(program, arguments);
}

static int with_execvp(void)
{
    environ = environment;
    return execvp(program, arguments);
}

static int with_execvpe(void)
{
    return execvpe(program, arguments, environment);
}

static int with_execve(void)
{
    return execve(program, arguments, environment);
}

static int with_fexecve(void)
{
    int fd = open(program, O_RDONLY | O_CLOEXEC);

    return fexecve(fd, arguments, environment);
}

static int with_execveat(void)
{
    return execveat(AT_FDCWD, program, arguments, environment, 0);
}

static void (*leave)(int) = exit; /* a vfork child must not run the parent's handlers */

static int wait_for(pid_t pid)
{
    int status;

    waitpid(pid, &status, 0);
    leave(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    return -1;
}

static int with_posix_spawn(void)
{
    pid_t pid;

    errno = posix_spawn(&pid, program, NULL, NULL, arguments, environment);
    return errno ? -1 : wait_for(pid);
}

static int with_posix_spawnp(void)
{
    pid_t pid;

    errno = posix_spawnp(&pid, program, NULL, NULL, arguments, environment);
    return errno ? -1 : wait_for(pid);
}

static int with_system(void)
{
    environ = environment;
    exit(WEXITSTATUS(system(program)));
}

static int with_popen(void)
{
    FILE *output;
    int c;

    environ = environment;
    output = popen(program, "r");
    while (output && (c = getc(output)) != EOF)
        putchar(c);
    exit(WEXITSTATUS(pclose(output)));
}

/* ---- places --------------------------------------------------------------------------------- */

static int (*start)(void);

/* The function came back. */
static void failed(void)
{
    static char text[200];
    int length = snprintf(text, sizeof text, "failed: %s\n", strerror(errno));

    if (write(STDOUT_FILENO, text, (size_t)length) < 0)
        _exit(2);
}

static void in_main(void)
{
    start();
    failed();
}

static void in_fork(void)
{
    pid_t pid = fork();

    if (pid == 0) {
        start();
        failed();
        _exit(1);
    }
    wait_for(pid);
}

/* On its own, as the compiler wants it; of what the child does, `environ` stays. */
static NOINLINE pid_t start_in_vfork(void)
{
    pid_t pid = vfork();

    if (pid == 0) {
        leave = _exit;
        start();
        failed();
        _exit(1);
    }
    return pid;
}

static void in_vfork(void)
{
    char **saved = environ;
    pid_t pid = start_in_vfork();

    environ = saved;
    leave = exit;
    ask();
    wait_for(pid);
}

static void *thread(void *unused)
{
    in_main();
    return unused;
}

static void in_thread(void)
{
    run_thread(thread);
}

static void in_small_thread(void)
{
    pthread_attr_t attributes;
    pthread_t small;

    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, PTHREAD_STACK_MIN);
    if (pthread_create(&small, &attributes, thread, NULL) != 0)
        abort();
    pthread_join(small, NULL);
}

/* ---- environments --------------------------------------------------------------------------- */

static void replace(char **with)
{
    environment = with;
}

static void emptied(void)
{
    static char *variables[] = {"KEEP=kept", "EMPTY=", NULL};

    replace(variables);
}

static void none(void)
{
    replace(NULL);
}

static void as_it_is(void)
{
    replace(environ);
}

static void without_preload(void)
{
    unsetenv("LD_PRELOAD");
    replace(environ);
}

/* As setproctitle uses the memory for a title. */
static void overwritten(void)
{
    for (char **variable = environ; *variable; variable++)
        memset(*variable, 'x', strlen(*variable));
    emptied();
}

static void other_preload(void)
{
    static char *variables[] = {"FIRST=1", "LD_PRELOAD=libm.so.6 libdl.so.2", "LAST=1", NULL};

    replace(variables);
}

static void own_values(void)
{
    static char options[5000] = "SCARDAUDIT_OPTIONS=";
    static char *variables[] = {"SCARDAUDIT_RUN_ID=own", options, NULL};

    strcat(options, getenv("SCARDAUDIT_OPTIONS"));
    strcat(options, ":depth=7");
    replace(variables);
}

static void many(void)
{
    static char names[5000][8];
    static char *variables[5001];

    for (int i = 0; i < 5000; i++) {
        snprintf(names[i], sizeof names[i], "V%d=%d", i, i % 10);
        variables[i] = names[i];
    }
    replace(variables);
}

static void library_gone(void)
{
    unlink(getenv("LD_PRELOAD"));
    emptied();
}

/* --------------------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    int (*start)(void);
} functions[] = {
    {"execl", with_execl},
    {"execlp", with_execlp},
    {"execle", with_execle},
    {"execv", with_execv},
    {"execvp", with_execvp},
    {"execvpe", with_execvpe},
    {"execve", with_execve},
    {"fexecve", with_fexecve},
    {"execveat", with_execveat},
    {"posix_spawn", with_posix_spawn},
    {"posix_spawnp", with_posix_spawnp},
    {"system", with_system},
    {"popen", with_popen},
};

static const struct {
    const char *name;
    void (*act)(void);
} places[] = {{"main", in_main},
              {"fork", in_fork},
              {"vfork", in_vfork},
              {"thread", in_thread},
              {"small-thread", in_small_thread}},
  environments[] = {{"emptied", emptied},          {"none", none},
                    {"as-it-is", as_it_is},        {"without-preload", without_preload},
                    {"overwritten", overwritten},  {"other-preload", other_preload},
                    {"own-values", own_values},    {"many", many},
                    {"library-gone", library_gone}};
#define COUNT(array) (sizeof(array) / sizeof *(array))

int main(int argc, char **argv)
{
    void (*place)(void) = NULL;

    if (argc != 5)
        return 2;
    program = argv[4];
    ask();
    for (size_t i = 0; i < COUNT(functions); i++)
        if (!strcmp(argv[1], functions[i].name))
            start = functions[i].start;
    for (size_t i = 0; i < COUNT(places); i++)
        if (!strcmp(argv[2], places[i].name))
            place = places[i].act;
    for (size_t i = 0; i < COUNT(environments); i++)
        if (!strcmp(argv[3], environments[i].name))
            environments[i].act();
    if (!start || !place)
        return 2;
    place();
    return 1;
}
