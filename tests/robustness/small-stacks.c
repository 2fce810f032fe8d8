/* SPDX-License-Identifier: MIT */
/* Calls on a signal stack of 8 KiB and on a thread's of 16 KiB, each above a guard page. */
#include <sys/mman.h>

#include "attack.h"

static void *stack_of(size_t size)
{
    char *block = mmap(NULL, size + 65536, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (block == MAP_FAILED || mprotect(block + 65536, size, PROT_READ | PROT_WRITE) < 0)
        abort();
    return block + 65536;
}

static void on_signal(int unused)
{
    (void)unused;
    ask();
}

static void *in_thread(void *unused)
{
    ask();
    return unused;
}

int main(void)
{
    stack_t alternate = {.ss_sp = stack_of(8192), .ss_size = 8192};
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_ONSTACK};
    pthread_attr_t attributes;
    pthread_t thread;

    ask();
    if (sigaltstack(&alternate, NULL) < 0 || sigaction(SIGUSR1, &action, NULL) < 0)
        abort();
    raise(SIGUSR1);
    puts("signal stack: fine");
    pthread_attr_init(&attributes);
    if (pthread_attr_setstack(&attributes, stack_of(16384), 16384) != 0 ||
        pthread_create(&thread, &attributes, in_thread, NULL) != 0)
        abort();
    pthread_join(thread, NULL);
    puts("thread: fine");
    return 0;
}
