/* SPDX-License-Identifier: MIT */
/*
 * Holds what it is told to, a line of standard input each, and says "done" after each:
 *
 *   context      one more context, the newest one from then on
 *   card         a card handle of it
 *   block        a block of it
 *   elsewhere    another context, on a thread named "helper" that goes on
 *   free         gives the block back
 *   release      releases the newest context, and that is the one before again
 *   fork         a child that holds a context of its own: says its pid instead of "done"
 *   exec         becomes /bin/cat
 *   again        becomes this program again
 *   exit, _exit, kill   ends so
 *
 * At the end of the input it exits. There is no twin: what it holds is the caller's affair.
 */
#define _GNU_SOURCE 1
#include "card.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#define MAX_CONTEXTS 64

static SCARDCONTEXT contexts[MAX_CONTEXTS];
static int count;
static char *block;

static NOINLINE void hold_context(void)
{
    if (count < MAX_CONTEXTS)
        contexts[count++] = open_context();
}

static NOINLINE void *hold_elsewhere(void *done)
{
    pthread_setname_np(pthread_self(), "helper");
    open_context();
    pthread_barrier_wait(done);
    for (;;)
        pause();
    return NULL;
}

static NOINLINE void start_helper(void)
{
    pthread_barrier_t done;
    pthread_t thread;

    pthread_barrier_init(&done, NULL, 2);
    if (pthread_create(&thread, NULL, hold_elsewhere, &done) != 0)
        exit(UNEXPECTED);
    pthread_barrier_wait(&done);
}

/* Says its pid when it holds its context, and ends when its parent closes the pipe. */
static NOINLINE void start_child(void)
{
    int ends[2];
    char byte;

    if (pipe(ends) != 0)
        exit(UNEXPECTED);
    if (fork() != 0) {
        close(ends[0]);
        return;
    }
    close(ends[1]);
    open_context();
    printf("%d\n", (int)getpid());
    fflush(stdout);
    _exit(read(ends[0], &byte, 1) == 0 ? 0 : UNEXPECTED);
}

static NOINLINE void obey(const char *line)
{
    if (strcmp(line, "context") == 0)
        hold_context();
    else if (strcmp(line, "card") == 0)
        open_card(contexts[count - 1]);
    else if (strcmp(line, "block") == 0)
        block = list_readers(contexts[count - 1]);
    else if (strcmp(line, "elsewhere") == 0)
        start_helper();
    else if (strcmp(line, "free") == 0)
        free_block(contexts[count - 1], block);
    else if (strcmp(line, "release") == 0)
        close_context(contexts[--count]);
    else if (strcmp(line, "exec") == 0)
        execl("/bin/cat", "cat", (char *)NULL);
    else if (strcmp(line, "again") == 0)
        execl("/proc/self/exe", "holding", (char *)NULL);
    else if (strcmp(line, "exit") == 0)
        exit(0);
    else if (strcmp(line, "_exit") == 0)
        _exit(0);
    else if (strcmp(line, "kill") == 0)
        raise(SIGKILL);
}

int main(void)
{
    char line[64];

    /* What was read ahead would be lost to the program that this one becomes. */
    setvbuf(stdin, NULL, _IONBF, 0);
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        if (strcmp(line, "fork") == 0) {
            start_child();
            continue;
        }
        obey(line);
        puts("done");
        fflush(stdout);
    }
    return 0;
}
