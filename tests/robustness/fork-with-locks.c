/* SPDX-License-Identifier: MIT */
/*
 * A fork while another thread is inside dl_iterate_phdr: in the child the loader's lock stays
 * locked for ever. Calls and _exit() must get by without it, as they do unaudited.
 */
#define _GNU_SOURCE 1
#include <link.h>

#include "attack.h"

static int inside[2], leave[2];

static int hold(struct dl_phdr_info *info, size_t size, void *data)
{
    char byte;

    (void)info, (void)size, (void)data;
    if (write(inside[1], "", 1) != 1 || read(leave[0], &byte, 1) != 1)
        abort();
    return 1;
}

static void *holder(void *unused)
{
    dl_iterate_phdr(hold, unused);
    return NULL;
}

static void in_child(int call)
{
    pid_t pid = fork_with_alarm();

    if (pid == 0) {
        if (call)
            ask();
        _exit(0);
    }
    tell(call ? "call" : "_exit", pid);
}

int main(void)
{
    pthread_t thread;
    char byte;

    ask();
    if (pipe(inside) < 0 || pipe(leave) < 0 || pthread_create(&thread, NULL, holder, NULL) != 0 ||
        read(inside[0], &byte, 1) != 1)
        abort();
    in_child(0);
    in_child(1);
    if (write(leave[1], "", 1) != 1)
        abort();
    pthread_join(thread, NULL);
    return 0;
}
