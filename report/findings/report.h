/* SPDX-License-Identifier: MIT */
/*
 * What the analysis found, ready to be rendered: processes, resources and findings of one or more
 * traces. Renderers read it and know nothing of traces; the analysis knows nothing of output.
 * Field by field it is doc/report.schema.json. Everything is owned by the report.
 *
 * All strings may hold any bytes an audited program put there.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/replay/rules.h"
#include "report/replay/story.h"
#include "report/symbols/symbols.h"
#include "lives.h"
#include "suppression_file.h"

struct report_stack {
    const struct frame *frames; /* innermost first, inlined ones included; count 0: no stack */
    size_t count;
    bool truncated;
    uint32_t thread; /* serial */
    uint32_t tid;
    const char *thread_name;
    uint64_t time_ns;     /* since the trace began, that of the ancestor if one acquired it */
    uint64_t began_ns;    /* when that was, since 1970: pids repeat, across exec for instance */
    const char *function; /* the audited function that was called there */
    const char *provider; /* whose it is; "" of the allocator's */
    unsigned effect;      /* of that function: which resource is meant (preload/api.h) */
    uint32_t ancestor;    /* pid of the process it is of, if that is not the place's own; else 0 */
    bool present;         /* false: this finding has no such stack */
};

struct report_place {
    size_t count;
    uint64_t bytes;
    uint32_t pid;
    size_t process; /* index into the report's */
    struct report_stack stacks[STORY_COUNT];
};

struct report_thread {
    uint32_t serial, tid, pid;
    const char *name;
};

/* A finding compared with the baseline. */
enum baseline { BASELINE_NONE, BASELINE_NEW, BASELINE_KNOWN, BASELINE_GROWN };

struct finding {
    const struct rule *rule;
    enum severity severity; /* after how the process ended was taken into account */
    const char *kind, *family, *provider;
    size_t count;
    uint64_t bytes;
    char fingerprint[17], fingerprint_strict[17];
    char fingerprint_weak[17]; /* set when the owner frame has no symbol, else "" */
    char cause[17];            /* fingerprint of the finding this one follows from, or "" */
    char *message;             /* one sentence, plain words */
    const char *fix;           /* what to do: the rule's advice, or a better one for this story */
    size_t siblings_acquired, siblings_released;
    struct report_thread *threads;
    size_t threads_count;
    struct report_place *places; /* most frequent first */
    size_t places_count;         /* to be shown, at most 20 */
    size_t places_total;         /* all there are */
    enum story telling;          /* the stack that identifies the finding */
    size_t owner;                /* index of its owner frame in the first place's */
    bool suppressed;
    const struct suppression *suppressed_by; /* set with it */
    enum baseline baseline;
    size_t baseline_count; /* how many there were; known and grown ones */
    /* Describes it, but for some of its places, or but for max= (0 places): or NULL. */
    const struct suppression *nearly;
    size_t nearly_places; /* places that it does not describe */
};

/* A finding of the baseline that was not found again. */
struct report_fixed {
    const char *rule, *kind, *family, *provider, *message;
    const char *fingerprint, *fingerprint_strict;
    size_t count;
};

/* What a suppression did. */
struct report_suppression {
    const struct suppression *suppression;
    size_t findings, count; /* suppressed by it: findings, and the sum of their counts */
    bool nearly;            /* a finding counts, but only just */
};

struct report_blind_spot {
    const char *code; /* "heap-blind", "foreign-abi", ... */
    const char *module;
    char *message;
};

struct report_process {
    uint32_t pid, ppid;
    const char *executable;
    uint32_t argc;
    char **args;
    size_t args_count;
    const char
        *exit;  /* "exited", "_exit", "quick_exit", "exec", "signaled", "running", "unknown" */
    int status; /* exit status or signal number */
    bool status_known;
    uint64_t calls;
    uint64_t started; /* wall clock, nanoseconds since 1970 */
    bool complete;
    bool all_failed;   /* there were calls, and none succeeded */
    const char *trace; /* path of the trace file */
    struct report_blind_spot *blind_spots;
    size_t blind_spots_count;
};

struct report_resource {
    const char *kind, *family, *provider;
    size_t acquired, released, live; /* sums over the processes */
    size_t peak;                     /* the highest of any one process */
};

struct report {
    size_t errors, warnings, notes; /* findings that count (finding_counts()) */
    size_t suppressed, known;
    struct report_process *processes;
    size_t processes_count;
    struct report_resource *resources;
    size_t resources_count;
    struct finding *findings; /* worst first */
    size_t findings_count;
    struct report_fixed *fixed; /* set by baseline_compare(), whose strings these are */
    size_t fixed_count;
    struct report_suppression *suppressions; /* set by suppressions_apply() */
    size_t suppressions_count;
    const struct lives *lives; /* NULL: not asked for */
    const char *failure; /* why findings are missing, whatever the traces say; NULL: they are not */
};

struct trace;

/* How the process of one trace ended, when the caller knows better than the trace (run's child). */
struct known_end {
    uint32_t pid;
    bool signaled;
    int status; /* exit status or signal number */
};

/*
 * Judge traces. Never fails (out of memory ends the program with a message). `end` may be NULL.
 * Of those marked as unjudged only what their children inherited is told.
 * The traces must stay open as long as the report.
 */
struct report *report_build(struct trace *const *traces, size_t count, struct symbols *symbols,
                            const struct known_end *end);
/* The same, with the lives of all resources. */
struct report *report_build_with_lives(struct trace *const *traces, size_t count,
                                       struct symbols *symbols, const struct known_end *end);
void report_free(struct report *report);

/* Neither suppressed nor known from the baseline. */
static inline bool finding_counts(const struct finding *finding)
{
    return !finding->suppressed && finding->baseline != BASELINE_KNOWN;
}

/* "new", "known", "grown"; NULL without a baseline. */
const char *baseline_name(enum baseline baseline);

/* Count the findings anew: after severities, or whether they count, changed. */
void report_tally(struct report *report);

/* --strict: notes are warnings from now on. */
void report_raise_notes(struct report *report);

/* May findings be relied on? False when a trace is incomplete or could not be read. */
bool report_complete(const struct report *report);

/* Audited calls over all processes. */
uint64_t report_calls(const struct report *report);

/* When the first of the processes began, in nanoseconds since 1970; UINT64_MAX without any. */
uint64_t report_started(const struct report *report);

#endif
