/* SPDX-License-Identifier: MIT */
/*
 * A story of calls in a process and in those it forks, and the verdict on all of them.
 *
 *     begin();
 *     call(SCA_FN_SCardEstablishContext, "open_session", 7, OK);
 *     fork_off(CHILD, PARENT);      which makes the calls from now on
 *     who = PARENT;
 *     call(SCA_FN_SCardReleaseContext, "close_session", 7, OK);
 *     verdict("", "a child that does nothing");
 */
#ifndef TESTS_FAMILY_H
#define TESTS_FAMILY_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/findings/report.h"
#include "event_builder.h"
#include "made_symbols.h"
#include "tap.h"

#define OK 0
#define PENDING (~0ULL) /* as result: the call never came back */

enum process { PARENT, CHILD, GRANDCHILD, OTHER_CHILD, PROCESSES };

static struct event_builder made[PROCESSES];
static bool exists[PROCESSES];
static enum process who; /* makes the calls */
static uint64_t now;

static inline void replace(char **text, const char *value)
{
    free(*text);
    *text = xstrdup(value);
}

static inline void make(enum process process)
{
    struct trace *trace = &made[process].trace;

    events_begin(&made[process]);
    exists[process] = true;
    who = process;
    trace->pid = 42 + process;
    trace->start_clock = now;
    free(trace->path);
    trace->path = xasprintf("traces/scardaudit.app.%u.0.trace", trace->pid);
    now += 10;
}

static inline void begin(void)
{
    now = 100;
    make(PARENT);
}

static inline void fork_off(enum process child, enum process parent)
{
    uint64_t fork = now;

    now += 10;
    make(child);
    made[child].trace.flags = SCA_FLAG_FORKED;
    made[child].trace.parent_clock = fork;
    replace(&made[child].trace.parent_trace, strrchr(made[parent].trace.path, '/') + 1);
}

static inline void event(enum sca_fn function, uint8_t effect, const char *where, uint64_t object,
                         uint64_t companion, uint64_t result)
{
    events_add(&made[who],
               (struct made_event){.function = function,
                                   .effect = effect,
                                   .stack = events_stack(&made[who], where, "main", NULL),
                                   .object = object,
                                   .companion = companion,
                                   .at = {now, result == PENDING ? 0 : now + 5},
                                   .result = result});
}

static inline void call(enum sca_fn function, const char *where, uint64_t object, uint64_t result)
{
    event(function, 0, where, object, 0, result);
    now += 10;
}

static struct symbols symbols;
static struct report *report;

/* "rule severity kind count, ..." in the order of the report. The child's trace comes first: which
 * was forked from which must not depend on their order. */
static inline void judge(const char *expected, const char *name)
{
    struct trace *traces[PROCESSES];
    size_t count = 0, size;
    char *text = NULL;
    FILE *out = open_memstream(&text, &size);

    for (unsigned i = PROCESSES; i-- > 0;)
        if (exists[i])
            traces[count++] = &made[i].trace;
    report = report_build(traces, count, &symbols, NULL);
    for (size_t i = 0; i < report->findings_count; i++) {
        const struct finding *finding = &report->findings[i];

        fprintf(out, "%s%s %s %s %zu", i ? ", " : "", finding->rule->name,
                severity_name(finding->severity), finding->kind, finding->count);
    }
    fclose(out);
    same(text, expected, name);
    free(text);
}

static inline void done(void)
{
    report_free(report);
    report = NULL;
    for (unsigned i = 0; i < PROCESSES; i++) {
        if (exists[i])
            events_end(&made[i]);
        exists[i] = false;
    }
}

static inline void verdict(const char *expected, const char *name)
{
    judge(expected, name);
    done();
}

#endif
