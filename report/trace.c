/* SPDX-License-Identifier: MIT */
#include "trace.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "memory.h"
#include "trace_internal.h"

void reader_problem(struct reader *reader, uint64_t offset, const char *format, ...)
{
    va_list arguments;

    if (reader->muted || reader->problems++ > 0)
        return;
    va_start(arguments, format);
    if (vasprintf(&reader->problem, format, arguments) < 0)
        reader->problem = xstrdup("damaged");
    va_end(arguments);
    reader->problem_offset = offset;
}

void reader_truncated(struct reader *reader, uint64_t expected)
{
    if (!reader->truncated)
        reader_problem(reader, reader->size,
                       "truncated (0x%" PRIx64 " bytes were written): data ends", expected);
    reader->truncated = true;
}

/* What was wrong first, and what was saved all the same. */
static char *describe_problem(const struct reader *reader)
{
    const struct trace *trace = reader->trace;
    size_t before = 0;
    char *kept, *further, *line;

    for (size_t i = 0; i < trace->events_count; i++)
        before += trace->events[i].offset < reader->problem_offset;
    kept = reader->problem_offset < SCA_PAGE
               ? xasprintf("; %zu events were kept", trace->events_count)
           : before == trace->events_count
               ? xasprintf("; %zu events before it were kept", before)
               : xasprintf("; %zu events before it and %zu behind it were kept", before,
                           trace->events_count - before);
    further = reader->problems < 2 ? xstrdup("")
              : reader->problems == 2
                  ? xstrdup("; 1 further place is damaged")
                  : xasprintf("; %zu further places are damaged", reader->problems - 1);
    line = xasprintf("%s: %s at offset 0x%" PRIx64 "%s%s", trace->path, reader->problem,
                     reader->problem_offset, kept, further);
    free(kept);
    free(further);
    return line;
}

/* `error` is that of open(), if there is no file. */
static int check_file(struct reader *reader, int error, char **reason)
{
    struct stat status;

    if (reader->fd < 0 || fstat(reader->fd, &status) < 0) {
        *reason = xasprintf("cannot be opened (%s)", strerror(reader->fd < 0 ? error : errno));
        return -1;
    }
    if (!S_ISREG(status.st_mode)) {
        *reason = xstrdup("not a regular file");
        return -1;
    }
    reader->size = (uint64_t)status.st_size;
    reader->trace->device = status.st_dev;
    reader->trace->inode = status.st_ino;
    return 0;
}

static void start_anchors(struct reader *reader)
{
    struct trace_internal *internal = reader->internal;

    GROW(internal->anchors, internal->anchors_count, internal->anchors_room);
    internal->anchors[internal->anchors_count++] =
        (struct anchor){reader->trace->start_clock, reader->trace->start_ns};
}

static void free_reader(struct reader *reader)
{
    if (reader->content != reader->seen)
        free(reader->content);
    free(reader->seen);
    for (int kind = 0; kind < DEFINED_KINDS; kind++)
        free(reader->definitions[kind].items);
    free(reader->store);
    for (size_t i = 0; i < reader->blind_spots_count; i++)
        free(reader->blind_spots[i].names);
    free(reader->blind_spots);
    free(reader->ends);
    free(reader->problem);
}

/* The process may have told the same of another program. */
static void add_unaudited_exec(struct trace *trace)
{
    for (size_t i = 0; i < trace->blind_spots_count; i++)
        if (trace->blind_spots[i].code == SCA_BLIND_NO_FOLLOW)
            return;
    trace->blind_spots =
        xrealloc(trace->blind_spots, trace->blind_spots_count + 1, sizeof *trace->blind_spots);
    trace->blind_spots[trace->blind_spots_count++] =
        (struct trace_blind_spot){.code = SCA_BLIND_NO_FOLLOW};
}

int trace_open(const char *path, struct trace **result, char **problem)
{
    /* O_NONBLOCK: a FIFO must not make us wait. */
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    int status = trace_read(file, path, result, problem);

    if (file >= 0)
        close(file);
    return status;
}

int trace_read(int file, const char *path, struct trace **result, char **problem)
{
    int error = errno;
    struct trace *trace = xcalloc(1, sizeof *trace);
    struct reader reader = {.trace = trace, .fd = file};
    char *reason = NULL;

    *result = NULL;
    *problem = NULL;
    trace->path = xstrdup(path);
    trace->internal = reader.internal = xcalloc(1, sizeof *reader.internal);
    if (check_file(&reader, error, &reason) < 0 || reader_header(&reader, &reason) < 0) {
        *problem = xasprintf("%s: %s", path, reason);
        free(reason);
        free_reader(&reader);
        trace_close(trace);
        return -1;
    }
    start_anchors(&reader);
    reader_chunks(&reader);
    reader_sort_anchors(&reader);
    reader_resolve(&reader);
    if (reader.last_time > reader.exec_time)
        trace->exec = false;
    if (trace->exec && reader.exec_unaudited)
        add_unaudited_exec(trace);
    trace->running = trace->running && !trace->exec;
    trace->complete = reader.problems == 0 && trace->stop == SCA_STOP_NONE;
    if (reader.problems > 0)
        *problem = describe_problem(&reader);
    free_reader(&reader);
    *result = trace;
    return 0;
}

void trace_close(struct trace *trace)
{
    struct trace_internal *internal;

    if (!trace)
        return;
    internal = trace->internal;
    for (size_t i = 0; i < trace->args_count; i++)
        free(trace->args[i]);
    for (size_t i = 0; i < trace->modules_count; i++)
        free(trace->modules[i].path);
    for (size_t i = 0; i < trace->providers_count; i++)
        free(trace->providers[i].name);
    free(trace->args);
    free(trace->modules);
    free(trace->providers);
    free(trace->threads);
    free(trace->stacks);
    for (size_t i = 0; i < trace->blind_spots_count; i++)
        free(trace->blind_spots[i].names);
    free(trace->blind_spots);
    free(trace->events);
    if (internal) {
        free(internal->anchors);
        free(internal->frames);
        free(internal);
    }
    free(trace->run_id);
    free(trace->parent_trace);
    free(trace->executable);
    free(trace->path);
    free(trace);
}
