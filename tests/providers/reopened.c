/* SPDX-License-Identifier: MIT */
/*
 *     reopened LIBRARY
 *
 * opens it privately on one thread, works with it there and closes it before the thread ends; then
 * forks.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *library;

static void *work(void *unused)
{
    void *opened = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    int (*enable)(void) = opened ? (int (*)(void))dlsym(opened, "RpcSmEnableAllocate") : NULL;

    (void)unused;
    if (!enable || enable() != 0)
        return NULL;
    dlclose(opened);
    return opened;
}

int main(int argc, char **argv)
{
    pthread_t thread;
    void *worked = NULL;
    pid_t child;

    library = argc > 1 ? argv[1] : "";
    pthread_create(&thread, NULL, work, NULL);
    pthread_join(thread, &worked);
    child = fork();
    if (child == 0)
        _exit(0);
    waitpid(child, NULL, 0);
    puts(worked ? "still alive" : "it did not work");
    return 0;
}
