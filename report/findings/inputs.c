/* SPDX-License-Identifier: MIT */
#include "inputs.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/base/escape.h"
#include "report/base/memory.h"
#include "report/base/progress.h"
#include "report/replay/forks.h"

static void say(const char *problem)
{
    progress_clear();
    fputs("scardaudit: ", stderr);
    print_escaped(stderr, problem);
    putc('\n', stderr);
}

static bool is_there(const struct inputs *inputs, const struct trace *trace)
{
    for (size_t i = 0; i < inputs->count; i++)
        if (inputs->traces[i]->inode == trace->inode && inputs->traces[i]->device == trace->device)
            return true;
    return false;
}

void inputs_add_file(struct inputs *inputs, const char *path)
{
    struct trace *trace = NULL;
    char *problem = NULL;
    int result = trace_open(path, &trace, &problem);

    if (problem) {
        say(problem);
        free(problem);
    }
    if (result < 0 || problem)
        inputs->failed = true;
    if (result < 0)
        return;
    if (is_there(inputs, trace)) {
        trace_close(trace);
        return;
    }
    GROW(inputs->traces, inputs->count, inputs->room);
    inputs->traces[inputs->count++] = trace;
}

static int is_trace(const struct dirent *entry)
{
    return fnmatch("scardaudit.*.trace", entry->d_name, 0) == 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

int inputs_add_directory(struct inputs *inputs, const char *path, inputs_filter *filter,
                         const void *context)
{
    struct dirent **entries;
    int count = scandir(path, &entries, is_trace, by_bytes);

    if (count < 0) {
        char *problem = xasprintf("%s: %s", path, strerror(errno));

        say(problem);
        free(problem);
        inputs->failed = true;
        return -1;
    }
    for (int i = 0; i < count; i++) {
        char *file =
            xasprintf("%s%s%s", path, path[strlen(path) - 1] == '/' ? "" : "/", entries[i]->d_name);

        progress_step(PROGRESS_READING, (uint64_t)i + 1, (uint64_t)count);
        if (!filter || filter(file, context))
            inputs_add_file(inputs, file);
        free(file);
        free(entries[i]);
    }
    free(entries);
    return count;
}

/* Close traces that `keep` does not want; the others stay in order. */
static void retain(struct inputs *inputs, bool (*keep)(const struct trace *, const char *),
                   const char *context)
{
    size_t kept = 0;

    for (size_t i = 0; i < inputs->count; i++) {
        if (keep(inputs->traces[i], context))
            inputs->traces[kept++] = inputs->traces[i];
        else
            trace_close(inputs->traces[i]);
    }
    inputs->count = kept;
}

static bool has_run_id(const struct trace *trace, const char *run_id)
{
    return !strcmp(trace->run_id, run_id);
}

void inputs_keep_run(struct inputs *inputs, const char *run_id)
{
    retain(inputs, has_run_id, run_id);
}

static bool is_first_of_run(const struct inputs *inputs, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (!strcmp(inputs->traces[i]->run_id, inputs->traces[index]->run_id))
            return false;
    return true;
}

bool inputs_have_run(const struct inputs *inputs, const char *run_id)
{
    for (size_t i = 0; i < inputs->count; i++)
        if (has_run_id(inputs->traces[i], run_id))
            return true;
    return false;
}

static void print_run_id(FILE *out, const struct trace *trace)
{
    print_escaped(out, *trace->run_id ? trace->run_id : "'' (no run id)");
}

void inputs_list_runs(const struct inputs *inputs, FILE *out)
{
    for (size_t i = 0; i < inputs->count; i++) {
        if (!is_first_of_run(inputs, i))
            continue;
        fputs(i ? ", " : "", out);
        print_run_id(out, inputs->traces[i]);
    }
}

bool inputs_are_mixed(const struct inputs *inputs)
{
    size_t runs = 0;

    for (size_t i = 0; i < inputs->count; i++)
        runs += is_first_of_run(inputs, i);
    if (runs < 2)
        return false;
    fprintf(stderr, "scardaudit: the traces are of %zu runs:\n", runs);
    for (size_t i = 0; i < inputs->count; i++) {
        if (!is_first_of_run(inputs, i))
            continue;
        fputs("  ", stderr);
        print_run_id(stderr, inputs->traces[i]);
        fputs(", e.g. ", stderr);
        print_escaped(stderr, inputs->traces[i]->path);
        putc('\n', stderr);
    }
    fputs("scardaudit: choose one with --run ID, or take them together with --run all\n", stderr);
    return true;
}

static bool has_something(const struct trace *trace, const char *context)
{
    (void)context;
    if (trace->events_count || trace->calls || !trace->complete)
        return true;
    for (size_t i = 0; i < trace->blind_spots_count; i++)
        if (trace->blind_spots[i].code != SCA_BLIND_HEAP)
            return true;
    return false;
}

void inputs_drop_empty(struct inputs *inputs)
{
    for (size_t i = 0; i < inputs->count; i++)
        if (inputs->traces[i]->calls) {
            retain(inputs, has_something, NULL);
            return;
        }
}

static bool is_open(const struct inputs *inputs, size_t from, const char *path)
{
    for (size_t i = from; i < inputs->count; i++)
        if (!strcmp(inputs->traces[i]->path, path))
            return true;
    return false;
}

static void add_parent(struct inputs *inputs, const struct trace *child, const char *path)
{
    struct trace *trace = NULL;
    char *problem = NULL;

    trace_open(path, &trace, &problem);
    free(problem);
    if (!trace || !forks_is_parent(trace, child)) {
        trace_close(trace);
        return;
    }
    trace->unjudged = true;
    GROW(inputs->traces, inputs->count, inputs->room);
    inputs->traces[inputs->count++] = trace;
}

void inputs_add_parents(struct inputs *inputs)
{
    size_t done = 0;

    /* Those just opened may have a parent, too. */
    while (done < inputs->count) {
        size_t count = inputs->count;
        size_t *parents = forks_find(inputs->traces, count);

        for (; done < count; done++) {
            const struct trace *child = inputs->traces[done];
            char *path = parents[done] == FORKS_NONE ? forks_parent_path(child) : NULL;

            if (path && !is_open(inputs, count, path))
                add_parent(inputs, child, path);
            free(path);
        }
        free(parents);
    }
}

void inputs_close(struct inputs *inputs)
{
    for (size_t i = 0; i < inputs->count; i++)
        trace_close(inputs->traces[i]);
    free(inputs->traces);
    memset(inputs, 0, sizeof *inputs);
}
