/* SPDX-License-Identifier: MIT */
/*
 * ending MODE [COUNT]: hold COUNT (1) contexts, each with a card handle and a block, and end as
 * MODE says. The twin lets go of everything before.
 */
#define _GNU_SOURCE 1
#include "card.h"

#include <signal.h>
#include <unistd.h>

#define MAX_HELD 10
#define STATUS 7

struct held {
    SCARDCONTEXT ctx;
    SCARDHANDLE card;
    char *readers;
};

static NOINLINE void hold(struct held *held)
{
    held->ctx = open_context();
    held->card = open_card(held->ctx);
    held->readers = list_readers(held->ctx);
}

#ifdef FIXED
static NOINLINE void let_go(const struct held *held)
{
    free_block(held->ctx, held->readers);
    close_card(held->card);
    close_context(held->ctx);
}
#endif

static void end(const char *mode)
{
    if (strcmp(mode, "exit") == 0)
        exit(STATUS);
    if (strcmp(mode, "_exit") == 0)
        _exit(STATUS);
    if (strcmp(mode, "_Exit") == 0)
        _Exit(STATUS);
    if (strcmp(mode, "quick_exit") == 0)
        quick_exit(STATUS);
    if (strcmp(mode, "abort") == 0)
        abort();
    if (strcmp(mode, "kill") == 0)
        raise(SIGKILL);
    if (strcmp(mode, "segv") == 0)
        raise(SIGSEGV);
    if (strcmp(mode, "exec") == 0)
        execl("/bin/true", "true", (char *)NULL);
    if (strcmp(mode, "failed-exec") == 0) {
        execl("/nonexistent", "nonexistent", (char *)NULL);
        exit(STATUS);
    }
}

int main(int argc, char **argv)
{
    struct held held[MAX_HELD];
    int count = argc > 2 ? atoi(argv[2]) : 1;

    if (argc < 2 || count < 1 || count > MAX_HELD)
        return 2;
    for (int i = 0; i < count; i++)
        hold(&held[i]);
#ifdef FIXED
    for (int i = 0; i < count; i++)
        let_go(&held[i]);
#endif
    end(argv[1]);
    return UNEXPECTED;
}
