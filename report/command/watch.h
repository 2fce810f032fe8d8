/* SPDX-License-Identifier: MIT */
/*
 * Waiting beside a process that is none of ours, until it ends or the user has seen enough.
 *
 *     struct watch watch;
 *     watch_begin(&watch, pid);
 *     do
 *         bool ended = watch_has_ended(&watch);
 *         ... look; if (ended) this was the last look ...
 *     while (watch_wait(&watch));
 *     watch_end(&watch);
 */
#ifndef REPORT_WATCH_H
#define REPORT_WATCH_H

#include <stdbool.h>
#include <sys/types.h>

struct watch {
    pid_t pid;
    int process; /* a descriptor that tells its end; -1: there is none */
};

/* From here on SIGINT ends the waiting, and not us. */
void watch_begin(struct watch *watch, pid_t pid);
void watch_end(struct watch *watch);

/* Its pid may be another one's after that: who asks from the beginning is not fooled. */
bool watch_has_ended(const struct watch *watch);

/* A second, or until it ends. False: SIGINT came. */
bool watch_wait(const struct watch *watch);

#endif
