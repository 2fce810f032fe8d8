/* SPDX-License-Identifier: MIT */
/*
 * A story of calls in one process, and the verdict on it. Calls take 5 ticks and begin every 10;
 * those that the test wants to overlap are given times.
 *
 *     begin();
 *     establish("open_session", 7);
 *     judge("context-leak error 1", "a context that is kept");
 *     message_is(0, "SCARDCONTEXT established by open_session() was never released", "says who");
 *     done();
 */
#ifndef TESTS_STORY_H
#define TESTS_STORY_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/findings/report.h"
#include "event_builder.h"
#include "made_symbols.h"
#include "tap.h"

#define OK 0
#define PENDING (~0ULL) /* as result: the call never came back */

static struct event_builder story;
static uint64_t now;
static struct symbols symbols;
static struct report *report;

static inline void begin(void)
{
    events_begin(&story);
    now = 100;
}

/* The stack of a call by this function, which main() called: one number for each. */
static inline uint32_t in(const char *function)
{
    for (uint32_t i = 1; i < story.trace.stacks_count; i++)
        if (story.stacks[i].frames[0].offset == made_offset(function))
            return i;
    return events_stack(&story, function, "main", NULL);
}

static inline void effect_at(enum sca_fn function, uint8_t effect, uint32_t stack, uint64_t object,
                             uint64_t companion, uint64_t result, uint64_t enter, uint64_t leave)
{
    events_add(&story, (struct made_event){.function = function,
                                           .effect = effect,
                                           .stack = stack,
                                           .object = object,
                                           .companion = companion,
                                           .at = {enter, result == PENDING ? 0 : leave},
                                           .result = result});
}

static inline void call(enum sca_fn function, const char *where, uint64_t object, uint64_t result)
{
    effect_at(function, 0, in(where), object, 0, result, now, now + 5);
    now += 10;
}

static inline void establish(const char *where, uint64_t context)
{
    call(SCA_FN_SCardEstablishContext, where, context, OK);
}

static inline void release(const char *where, uint64_t context)
{
    call(SCA_FN_SCardReleaseContext, where, context, OK);
}

static inline void connect(const char *where, uint64_t context, uint64_t card)
{
    uint32_t stack = in(where);

    effect_at(SCA_FN_SCardConnect, 0, stack, context, 0, OK, now, now + 5);
    effect_at(SCA_FN_SCardConnect, 1, stack, card, context, OK, now, now + 5);
    now += 10;
}

static inline void disconnect(const char *where, uint64_t card)
{
    call(SCA_FN_SCardDisconnect, where, card, OK);
}

/* "rule severity count, ..." in the order of the report */
static inline void judge(const char *expected, const char *name)
{
    struct trace *traces[] = {&story.trace};
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    report = report_build(traces, 1, &symbols, NULL);
    for (size_t i = 0; i < report->findings_count; i++) {
        const struct finding *finding = &report->findings[i];

        fprintf(out, "%s%s %s %zu", i ? ", " : "", finding->rule->name,
                severity_name(finding->severity), finding->count);
    }
    fclose(out);
    same(text, expected, name);
    free(text);
}

static inline void done(void)
{
    report_free(report);
    report = NULL;
    events_end(&story);
}

static inline void verdict(const char *expected, const char *name)
{
    judge(expected, name);
    done();
}

static inline void message_is(size_t finding, const char *expected, const char *name)
{
    same(finding < report->findings_count ? report->findings[finding].message : "(none)", expected,
         name);
}

/* The innermost function of a stack of the first place, "-" if there is no such stack. */
static inline const char *function_of(size_t finding, enum story which)
{
    const struct report_stack *stack;

    if (finding >= report->findings_count)
        return "(none)";
    stack = &report->findings[finding].places[0].stacks[which];
    return stack->present && stack->count ? stack->frames[0].function : "-";
}

static inline void stacks_are(size_t finding, const char *acquired, const char *released,
                              const char *misused, const char *name)
{
    char *got =
        xasprintf("%s %s %s", function_of(finding, STORY_ACQUIRED),
                  function_of(finding, STORY_RELEASED), function_of(finding, STORY_MISUSED));
    char *expected = xasprintf("%s %s %s", acquired, released, misused);

    same(got, expected, name);
    free(got);
    free(expected);
}

static inline void caused_by(size_t finding, size_t cause, const char *name)
{
    if (finding >= report->findings_count || cause >= report->findings_count)
        ok(false, name);
    else
        same(report->findings[finding].cause, report->findings[cause].fingerprint, name);
}

#endif
