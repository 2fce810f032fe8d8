/* SPDX-License-Identifier: MIT */
/* Programs that do unusual things to their process around a call; argv[1] names one. */
#include <fcntl.h>
#include <sys/resource.h>

#include "attack.h"

/* stderr is closed and its number given to a file of the program's own. */
static int own_file_on_stderr(const char *path)
{
    ask();
    close(STDERR_FILENO);
    return open(path, O_CREAT | O_WRONLY | O_TRUNC, 0600) == STDERR_FILENO &&
                   write(STDERR_FILENO, "DATA", 4) == 4
               ? 0
               : 1;
}

/* The environment is wiped before a child makes its first call. */
static int wiped_environment(const char *unused)
{
    pid_t pid;

    (void)unused;
    ask();
    clearenv();
    pid = fork_with_alarm();
    if (pid == 0) {
        ask();
        exit(0);
    }
    tell("child", pid);
    return 0;
}

/* A caller without unwind table or frame pointer, as generated code may be. */
void without_table(void (*function)(void));
__asm__(".text\n"
        "without_table:\n"
        "        sub $24, %rsp\n"
        "        call *%rdi\n"
        "        add $24, %rsp\n"
        "        ret\n");

static void *calls_without_table(void *unused)
{
    for (int i = 0; i < 20000; i++)
        without_table(ask);
    return unused;
}

/*
 * Everything but stdio is closed, as a daemon does, and the numbers are used for a file; then calls
 * go on, also from code for which libunwind uses the pipe that it had there.
 */
static int closed_descriptors(const char *path)
{
    int fd, file;

    for (fd = 3; fd < 1024; fd++)
        close(fd);
    file = open(path, O_CREAT | O_RDWR | O_TRUNC, 0600);
    if (write(file, "DATA", 4) != 4 || lseek(file, 0, SEEK_SET) != 0)
        abort();
    for (fd = 4; fd < 1000; fd++)
        dup2(file, fd);
    run_thread(calls_without_table); /* on a stack where libunwind has no address validated yet */
    return lseek(file, 0, SEEK_CUR) == 0 ? 0 : 1;
}

/* Less address space than a trace would like. */
static int little_address_space(const char *unused)
{
    (void)unused;
    ask();
    puts("called");
    return 0;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*live)(const char *);
    } lives[] = {
        {"own-file-on-stderr", own_file_on_stderr},
        {"wiped-environment", wiped_environment},
        {"closed-descriptors", closed_descriptors},
        {"little-address-space", little_address_space},
    };

    for (size_t i = 0; argc == 3 && i < sizeof lives / sizeof *lives; i++)
        if (!strcmp(argv[1], lives[i].name))
            return lives[i].live(argv[2]);
    return 2;
}
