/* SPDX-License-Identifier: MIT */
/* What a program can see of itself, and must not see changed: descriptor numbers, and errno. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "attack.h"

/* Numbers below 128 that are open, and the numbers that new files get. */
static void descriptors(void)
{
    for (int round = 0; round < 2; round++) {
        int pair[2];

        printf("open:");
        for (int fd = 0; fd < 128; fd++)
            if (fcntl(fd, F_GETFD) >= 0)
                printf(" %d", fd);
        printf("\nnew: %d", open("/dev/null", O_RDONLY));
        if (pipe(pair) == 0)
            printf(" %d %d", pair[0], pair[1]);
        printf(" %d\n", dup(0));
        ask();
    }
    /* Above they may be ours, but none is inherited. */
    for (int fd = 128; fd < 1024; fd++) {
        int flags = fcntl(fd, F_GETFD);

        if (flags >= 0 && !(flags & FD_CLOEXEC))
            printf("descriptor %d would be inherited\n", fd);
    }
}

#define PRESET 12345
#define SHOW(what)                                                                                 \
    do {                                                                                           \
        errno = PRESET;                                                                            \
        what;                                                                                      \
        printf("%s: errno %d\n", #what, errno);                                                    \
    } while (0)

/* After each of the functions that we interpose. */
static void errors(void)
{
    SCARDCONTEXT context = 0;
    char *const nothing[] = {NULL};
    char readers[100];
    DWORD length = sizeof readers;
    void *handle;

    SHOW(SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context));
    SHOW(SCardIsValidContext(context));
    SHOW(SCardIsValidContext(5));
    SHOW(SCardListReaders(context, NULL, readers, &length));
    SHOW(SCardFreeMemory(context, NULL));
    SHOW(SCardReleaseContext(context));
    SHOW(SCardReleaseContext(5));
    SHOW(SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, NULL));
    SHOW(handle = dlopen("libpcsclite.so.1", RTLD_NOW));
    SHOW(dlsym(handle, "SCardReleaseContext"));
    SHOW(dlsym(handle, "SCardNothing"));
    SHOW(dlsym(RTLD_NEXT, "strlen"));
    SHOW(dlvsym(handle, "SCardReleaseContext", "NONE"));
    SHOW(dlclose(handle));
    SHOW(close(dup(0)));
    SHOW(close(1000));
    SHOW(dup2(1000, 1001));
    SHOW(dup3(0, 0, 0));
    SHOW(close_range(2000, 2001, 0));
    SHOW(closefrom(3000));
    SHOW(prctl(PR_GET_DUMPABLE));
    SHOW(prctl(-1));
    SHOW(syscall(SYS_getuid));
    SHOW(syscall(-1));
    SHOW(execve("/nothing", nothing, nothing));
    SHOW(execv("/nothing", nothing));
    SHOW(execvp("./nothing", nothing));
    SHOW(execl("/nothing", "nothing", (char *)NULL));
    SHOW(execlp("./nothing", "nothing", (char *)NULL));
    SHOW(execle("/nothing", "nothing", (char *)NULL, nothing));
    SHOW(fexecve(1000, nothing, nothing));
    SHOW(execveat(1000, "nothing", nothing, nothing, 0));
    SHOW(ask());
}

/* Passed through in a vfork child too. */
static void errors_of_vfork(void)
{
    volatile int seen = 0;
    pid_t pid = vfork();

    if (pid == 0) {
        errno = PRESET;
        ask();
        seen = errno;
        _exit(0);
    }
    waitpid(pid, NULL, 0);
    printf("vfork: errno %d\n", seen);
}

int main(int argc, char **argv)
{
    if (argc == 2 && !strcmp(argv[1], "descriptors"))
        descriptors();
    if (argc == 2 && !strcmp(argv[1], "errno")) {
        errors();
        errors_of_vfork();
    }
    return 0;
}
