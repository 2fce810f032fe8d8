/* SPDX-License-Identifier: MIT */
/*
 * A struct trace made in memory, event by event, for tests of what stands behind the reader. Times
 * are given by the test; events must be added in the order of their effect.
 *
 *     struct event_builder builder;
 *     events_begin(&builder);
 *     uint32_t stack = events_stack(&builder, "connect_card", "main", NULL);
 *     events_add(&builder, (struct made_event){.function = SCA_FN_SCardEstablishContext,
 *                                              .object = 0x1f, .stack = stack, .at = {10, 20}});
 *     builder.trace.end = SCA_END_EXIT;
 *     ... report_build((struct trace *[]){&builder.trace}, 1, symbols, NULL) ...
 *     events_end(&builder);
 *
 * Module 1 is the program "/usr/bin/app", module 2 and provider 1 "libpcsclite.so.1", provider 2
 * "libother.so.1" in module 3. A stack's frames have offsets that stand for function names: see
 * made_name(). The process exited unless the test says otherwise.
 */
#ifndef TESTS_EVENT_BUILDER_H
#define TESTS_EVENT_BUILDER_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/base/memory.h"
#include "report/trace/trace.h"

#define MADE_STACKS 256
#define MADE_THREADS 4

struct made_event {
    enum sca_fn function;
    uint8_t effect;    /* index into the row's effects */
    uint32_t thread;   /* 0: thread 1 */
    uint32_t provider; /* 0: provider 1; of the allocator's functions there is none */
    uint32_t stack;
    uint8_t flags; /* SCA_CALL_..., but for SCA_CALL_FIRST */
    uint64_t object, companion, size;
    uint64_t at[2]; /* enter, leave; leave 0: pending */
    uint64_t result;
};

struct event_builder {
    struct trace trace;
    size_t events_room;
    struct trace_module modules[4];
    struct trace_provider providers[3];
    struct trace_thread threads[MADE_THREADS];
    struct trace_stack stacks[MADE_STACKS];
    struct trace_blind_spot blind_spots[4];
};

#define MADE_NAMES 256
#define MADE_OFFSET 0x1000 /* of the function named first */

static const char *made_names[MADE_NAMES];

/* The offset that stands for a name: the same in every trace. */
static inline uint64_t made_offset(const char *name)
{
    uint64_t i = 0;

    while (i < MADE_NAMES - 1 && made_names[i] && strcmp(made_names[i], name) != 0)
        i++;
    made_names[i] = name;
    return MADE_OFFSET + i * 16;
}

/* The name an offset stands for; offsets inside the same 16 bytes are lines of one function. */
static inline const char *made_name(uint64_t offset)
{
    uint64_t i = (offset - MADE_OFFSET) / 16;

    return offset >= MADE_OFFSET && i < MADE_NAMES ? made_names[i] : NULL;
}

static inline void events_begin(struct event_builder *builder)
{
    struct trace *trace = &builder->trace;

    memset(builder, 0, sizeof *builder);
    builder->modules[0].path = xstrdup("");
    builder->modules[1].path = xstrdup("/usr/bin/app");
    builder->modules[1].build_id_size = 2;
    builder->modules[2].path = xstrdup("/usr/lib/libpcsclite.so.1");
    builder->modules[3].path = xstrdup("/usr/lib/libother.so.1");
    builder->providers[0].name = xstrdup("");
    builder->providers[1] =
        (struct trace_provider){xstrdup("libpcsclite.so.1"), 2, SCA_FAMILY_PCSC};
    builder->providers[2] = (struct trace_provider){xstrdup("libother.so.1"), 3, SCA_FAMILY_PCSC};
    for (uint32_t i = 1; i < MADE_THREADS; i++) {
        builder->threads[i].tid = 100 + i;
        snprintf(builder->threads[i].name, sizeof builder->threads[i].name, "thread-%u", i);
    }
    *trace = (struct trace){
        .path = xstrdup("app.trace"),
        .pid = 42,
        .ppid = 41,
        .argc = 1,
        .executable = xstrdup("/usr/bin/app"),
        .run_id = xstrdup(""),
        .parent_trace = xstrdup(""),
        .end = SCA_END_EXIT,
        .complete = true,
        .modules = builder->modules,
        .modules_count = 4,
        .providers = builder->providers,
        .providers_count = 3,
        .threads = builder->threads,
        .threads_count = MADE_THREADS,
        .stacks = builder->stacks,
        .stacks_count = 1,
        .blind_spots = builder->blind_spots,
    };
}

static inline void events_end(struct event_builder *builder)
{
    for (size_t i = 0; i < builder->trace.stacks_count; i++)
        free((void *)builder->stacks[i].frames);
    for (size_t i = 0; i < builder->trace.modules_count; i++)
        free(builder->modules[i].path);
    for (size_t i = 0; i < builder->trace.providers_count; i++)
        free(builder->providers[i].name);
    for (size_t i = 0; i < builder->trace.blind_spots_count; i++)
        free(builder->blind_spots[i].names);
    free(builder->trace.path);
    free(builder->trace.executable);
    free(builder->trace.run_id);
    free(builder->trace.parent_trace);
    free(builder->trace.events);
}

/* A stack of these frames, innermost first. */
static inline uint32_t events_raw_stack(struct event_builder *builder,
                                        const struct trace_frame *frames, uint32_t count)
{
    struct trace_frame *copy = xcalloc(count, sizeof *copy);
    size_t number = builder->trace.stacks_count;

    if (number == MADE_STACKS) {
        fputs("too many stacks\n", stderr);
        abort();
    }
    memcpy(copy, frames, count * sizeof *copy);
    builder->stacks[number] = (struct trace_stack){copy, count, false};
    builder->trace.stacks_count++;
    return (uint32_t)number;
}

/* A stack of functions of the program, innermost first, ended by NULL; names must be static. */
static inline uint32_t __attribute__((sentinel))
events_stack(struct event_builder *builder, const char *name, ...)
{
    struct trace_frame frames[32];
    uint32_t count = 0;
    va_list names;

    va_start(names, name);
    for (; name && count < 32; name = va_arg(names, const char *))
        frames[count++] = (struct trace_frame){1, made_offset(name)};
    va_end(names);
    return events_raw_stack(builder, frames, count);
}

static inline void events_blind_spot(struct event_builder *builder, uint32_t code, uint32_t module)
{
    builder->blind_spots[builder->trace.blind_spots_count++] =
        (struct trace_blind_spot){.code = code, .module = module};
}

static inline void events_unaudited(struct event_builder *builder, uint32_t module,
                                    const char *names, uint32_t left_out)
{
    builder->blind_spots[builder->trace.blind_spots_count++] =
        (struct trace_blind_spot){.code = SCA_BLIND_UNKNOWN_EXPORT,
                                  .module = module,
                                  .names = xstrdup(names),
                                  .left_out = left_out};
}

static inline void events_add(struct event_builder *builder, struct made_event made)
{
    struct trace *trace = &builder->trace;
    bool heap = sca_functions[made.function].family == SCA_FAMILY_HEAP;
    bool first = made.effect == 0 && !heap;

    GROW(trace->events, trace->events_count, builder->events_room);
    trace->events[trace->events_count++] = (struct trace_event){
        .enter = made.at[0],
        .leave = made.at[1],
        .result = made.result,
        .object = made.object,
        .companion = made.companion,
        .size = made.size,
        .function = &sca_functions[made.function],
        .thread = made.thread ? made.thread : 1,
        .stack = made.stack,
        .provider = made.provider || heap ? made.provider : 1,
        .effect = made.effect,
        .first = first,
        .flags = made.flags,
    };
    trace->calls += first;
}

#endif
