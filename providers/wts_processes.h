/* SPDX-License-Identifier: MIT */
/*
 * The processes of this machine, from /proc. What a process hides, or takes with it when it ends,
 * is 0 in its entry; one that has ended has none, nor have those that hidepid hides.
 */
#ifndef PROVIDERS_WTS_PROCESSES_H
#define PROVIDERS_WTS_PROCESSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct wts_process {
    pid_t pid;
    uid_t uid;
    dev_t terminal;
    uint32_t threads, handles;
    uint64_t swapped, resident, resident_peak, size_peak; /* bytes */
    uint64_t user_time, kernel_time;                      /* of 100 nanoseconds */
    char name[64];                                        /* valid UTF-8 */
};

struct wts_processes {
    struct wts_process *all;
    size_t count;
};

/* With the path of /proc; details are for level 1. 0, or an error as errno has it. */
int wts_processes_read(struct wts_processes *processes, const char *proc, bool details);
/* One of them. False: it is not there. */
bool wts_process_read(struct wts_process *process, int proc, pid_t pid, bool details);
void wts_processes_release(struct wts_processes *processes);

#endif
