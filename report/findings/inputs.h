/* SPDX-License-Identifier: MIT */
/*
 * The traces a report is made of: opened from files and directories, chosen by run id. Everything
 * that goes wrong is said on stderr, one line each, at the place that knows it, and remembered in
 * `failed`; what could be read is kept.
 */
#ifndef REPORT_INPUTS_H
#define REPORT_INPUTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "report/trace/trace.h"

struct inputs {
    struct trace **traces; /* owned */
    size_t count, room;
    bool failed; /* something could not be read, or was damaged */
};

/* May be NULL: take every file. Decides before a trace is opened. */
typedef bool inputs_filter(const char *path, const void *context);

/* Open a trace file, unless it is open already, by whatever name. */
void inputs_add_file(struct inputs *inputs, const char *path);

/* Open all scardaudit.*.trace files of a directory, in the order of their names: how many there
 * are, or -1. */
int inputs_add_directory(struct inputs *inputs, const char *path, inputs_filter *filter,
                         const void *context);

bool inputs_have_run(const struct inputs *inputs, const char *run_id);

/* "A, B": the run ids, each once. */
void inputs_list_runs(const struct inputs *inputs, FILE *out);

/* Close the traces of other runs. */
void inputs_keep_run(struct inputs *inputs, const char *run_id);

/* Are there several run ids? Says which, and what to do. */
bool inputs_are_mixed(const struct inputs *inputs);

/* Close traces in which nothing happened, unless there is nothing else. */
void inputs_drop_empty(struct inputs *inputs);

/*
 * Open the traces of the processes that those here were forked from, and mark them as unjudged.
 * Nothing is said where there is none: then what a child inherited is not known.
 */
void inputs_add_parents(struct inputs *inputs);

void inputs_close(struct inputs *inputs);

#endif
