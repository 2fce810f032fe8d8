/* SPDX-License-Identifier: MIT */
/*
 * A story of security packages. Module 1, where the calls of story.h come from, and module 3 are
 * objects with packages, module 2 is the host, and provider 1 its functions.
 */
#ifndef TESTS_LSA_STORY_H
#define TESTS_LSA_STORY_H

#include "report/replay/replay.h"
#include "story.h"

#define CODE 0x10000 /* of the packages in module 1, and in module 3 */
#define OTHER_CODE 0x30000
#define FAILED 0xc0000001U
#define NO 0 /* results of DeleteSharedMemory */
#define YES 1

static uint32_t thread;

static inline void start(void)
{
    begin();
    thread = 1;
    story.providers[1].family = story.providers[2].family = SCA_FAMILY_LSA;
    story.providers[2].module = 2;
    story.modules[1].start = CODE;
    story.modules[1].end = CODE + 0x1000;
    story.modules[3].start = OTHER_CODE;
    story.modules[3].end = OTHER_CODE + 0x1000;
}

static inline struct trace_event *latest(void)
{
    return &story.trace.events[story.trace.events_count - 1];
}

static inline void effect(enum sca_fn function, uint8_t effect, uint32_t stack, uint64_t object,
                          uint64_t companion, uint64_t result, uint64_t size)
{
    events_add(&story, (struct made_event){.function = function,
                                           .effect = effect,
                                           .thread = thread,
                                           .stack = stack,
                                           .object = object,
                                           .companion = companion,
                                           .size = size,
                                           .at = {now, result == PENDING ? 0 : now + 5},
                                           .result = result});
    now += 10;
}

/* A stack whose innermost frame is this module's. */
static inline uint32_t from(uint32_t module, const char *where)
{
    struct trace_frame frames[] = {{module, made_offset(where)}, {2, made_offset("host_main")}};

    return events_raw_stack(&story, frames, 2);
}

/* ---- what the host does --------------------------------------------------------------------- */

static inline void initialize_with(uint64_t table, uint64_t code, uint64_t status)
{
    effect(SCA_FN_SpInitialize, 0, from(2, "load_package"), table, code, status, 0);
}

static inline void initialize(uint64_t table, uint64_t code)
{
    initialize_with(table, code, OK);
}

static inline void shut_down(uint64_t table)
{
    effect(SCA_FN_SpShutdown, 0, from(2, "unload"), table, 0, OK, 0);
}

/* ---- what packages do ----------------------------------------------------------------------- */

static inline void create(const char *where, uint64_t section)
{
    effect(SCA_FN_CreateSharedMemory, 0, in(where), section, 0, section, 4096);
}

static inline void delete_with(const char *where, uint64_t section, uint64_t result)
{
    effect(SCA_FN_DeleteSharedMemory, 0, in(where), section, 0, result, 0);
}

static inline void delete_section(const char *where, uint64_t section)
{
    delete_with(where, section, YES);
}

static inline void allocate_from(uint32_t stack, uint64_t section, uint64_t block)
{
    effect(SCA_FN_AllocateSharedMemory, 0, stack, section, 0, block, 0);
    if (!block || block == PENDING)
        return;
    now -= 10;
    effect(SCA_FN_AllocateSharedMemory, 1, stack, block, section, block, 24);
}

static inline void allocate(const char *where, uint64_t section, uint64_t block)
{
    allocate_from(in(where), section, block);
}

static inline void give_with(const char *where, uint64_t section, uint64_t block, uint64_t result)
{
    effect(SCA_FN_FreeSharedMemory, 0, in(where), section, 0, result, 0);
    now -= 10;
    effect(SCA_FN_FreeSharedMemory, 1, in(where), block, section, result, 0);
}

static inline void give(const char *where, uint64_t section, uint64_t block)
{
    give_with(where, section, block, OK);
}

static inline void heap_allocate_from(uint32_t stack, uint64_t block)
{
    effect(SCA_FN_AllocateLsaHeap, 0, stack, block, 0, block, 24);
}

static inline void heap_allocate(const char *where, uint64_t block)
{
    heap_allocate_from(in(where), block);
}

static inline void heap_give(const char *where, uint64_t block)
{
    effect(SCA_FN_FreeLsaHeap, 0, in(where), block, 0, OK, 0);
}

/* To the allocator, which has no provider. */
static inline void give_past(enum sca_fn function, uint32_t stack, uint64_t block)
{
    effect(function, 0, stack, block, 0, OK, 0);
    latest()->provider = 0;
    latest()->first = false;
}

#endif
