/* SPDX-License-Identifier: MIT */
/*
 * A trace file in memory: everything recorded that is whole, checked and cross-checked, so that
 * nothing behind this header needs to distrust an index or a length again. Strings still hold
 * whatever bytes the audited program put there: escape them in every output.
 *
 *     struct trace *trace;
 *     char *problem = NULL;
 *     if (trace_open("scardaudit.app.42.0.trace", &trace, &problem) < 0)
 *             ... nothing usable; problem says why, with file and offset
 *     else if (problem)
 *             ... corrupt from some point on; what is whole was salvaged, trace->complete is false
 *     free(problem);
 *     trace_close(trace);
 *
 * Not thread-safe; different traces may be opened in different threads.
 */
#ifndef REPORT_TRACE_H
#define REPORT_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "../preload/api.h"
#include "../preload/trace_format.h"

struct trace_module {
    char *path; /* as the loader named it; "" never: the executable's path is filled in */
    uint8_t build_id[SCA_MAX_BUILD_ID];
    size_t build_id_size;
    uint32_t generation;
    uint64_t start, end; /* where it was mapped */
};

struct trace_provider {
    char *name; /* DT_SONAME, else base name */
    uint32_t module;
    uint32_t family;
};

struct trace_thread {
    uint32_t tid;
    char name[17];
    uint64_t ended; /* trace clock: it did nothing from then on; 0: not known */
};

struct trace_frame {
    uint32_t module; /* index into modules[], 0: none */
    uint64_t offset; /* of the return address; run-time address if module is 0 */
};

struct trace_stack {
    const struct trace_frame *frames; /* innermost first */
    uint32_t count;
    bool truncated;
};

struct trace_blind_spot {
    uint32_t code;   /* enum sca_blind */
    uint32_t module; /* index into modules[], 0: none */
    char *names;     /* SCA_BLIND_UNKNOWN_EXPORT: functions, separated by blanks; else NULL */
    uint32_t left_out;
};

/* One effect of one call. Times are raw trace clock; trace_ns() converts. */
struct trace_event {
    uint64_t enter, leave; /* leave is 0 while pending */
    uint64_t result;       /* raw RAX; undefined while pending */
    uint64_t object, companion, size;
    const struct sca_function *function;
    /* Checked indices. The stack may be 0, and the provider is that of the allocator's functions
     * and may be that of others that free whatever lies at an address. */
    uint32_t thread, stack, provider;
    uint8_t effect;  /* checked index into function->effects */
    bool first;      /* counts the call */
    uint8_t flags;   /* SCA_CALL_... */
    uint64_t offset; /* of the record in the file */
};

struct trace {
    char *path;   /* of the trace file */
    dev_t device; /* with inode: which file that is, whatever it is called */
    ino_t inode;
    bool unjudged; /* set by the caller: here only because its children are judged */
    /* from the header */
    uint32_t pid, ppid, argc, clock, flags, depth;
    uint64_t start_ticks, start_realtime, start_clock, parent_clock;
    uint64_t start_ns; /* CLOCK_MONOTONIC when the trace began */
    char *run_id, *parent_trace, *executable;
    char **args; /* args_count strings, recorded only on request */
    size_t args_count;
    uint8_t build_id[SCA_MAX_BUILD_ID];
    size_t build_id_size;
    /* marks */
    enum sca_end end; /* SCA_END_NONE: no end mark */
    uint32_t status;  /* of the end; SCA_STATUS_UNKNOWN */
    bool exec;        /* ended in an exec that nothing voided */
    bool running;     /* no end mark, and the process of that pid and start time lives */
    enum sca_stop stop;
    bool complete; /* nothing corrupt, recording neither stopped nor skipped anything */
    /* index 0 of the four tables is "none"; counts include it */
    struct trace_module *modules;
    size_t modules_count;
    struct trace_provider *providers;
    size_t providers_count;
    struct trace_thread *threads;
    size_t threads_count;
    struct trace_stack *stacks;
    size_t stacks_count;
    struct trace_blind_spot *blind_spots;
    size_t blind_spots_count;
    /* sorted by the time at which they take effect: trace_effect_time() */
    struct trace_event *events;
    size_t events_count;
    uint64_t calls; /* events with `first` */
    void *internal; /* the reader's own: clock anchors, arenas */
};

/*
 * Read a whole trace. 0: *trace is set and owned by the caller; *problem is NULL, or one line
 * (malloc'd, no newline) naming file and offset when the trace is damaged and was salvaged.
 * -1: *trace is NULL and *problem names the file and why nothing could be read.
 */
int trace_open(const char *path, struct trace **trace, char **problem);
/* The same of an open file, or of open()'s error; it stays open. `path` is its name. */
int trace_read(int file, const char *path, struct trace **trace, char **problem);
void trace_close(struct trace *trace);

/* Nanoseconds since the trace was opened; 0 for times before that. */
uint64_t trace_ns(const struct trace *trace, uint64_t clock);

/* Acquisitions take effect when the call returned, everything else when it was entered. */
static inline uint64_t trace_effect_time(const struct trace_event *event)
{
    const struct sca_effect *effect = &event->function->effects[event->effect];

    return sca_acquires(effect->type) ? event->leave : event->enter;
}

#endif
