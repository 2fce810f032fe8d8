/* SPDX-License-Identifier: MIT */
/* The program that `scardaudit run` starts and waits for. */
#ifndef REPORT_CHILD_H
#define REPORT_CHILD_H

#include <stdbool.h>
#include <stdint.h>

struct child_variable {
    const char *name, *value;
};

struct child_end {
    uint32_t pid;
    int error; /* errno when the program could not be started, else 0 */
    bool signaled;
    int status; /* exit status or signal number */
};

/*
 * Run argv[0], found as the shell does, with these variables added to the environment (the list
 * ends with a NULL name), and wait for it; its own children may live on. Meanwhile SIGINT and
 * SIGQUIT are left to the program, and SIGTERM and SIGHUP are passed on to it. SIGPIPE stays
 * ignored in the caller, so that a report nobody reads does not prevent the clean-up.
 */
struct child_end child_run(char **argv, const struct child_variable *variables);

#endif
