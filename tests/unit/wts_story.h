/* SPDX-License-Identifier: MIT */
/* Stories of Remote Desktop Services: provider 1 is WinPR, provider 2 another one. */
#ifndef TESTS_WTS_STORY_H
#define TESTS_WTS_STORY_H

#include "report/replay/replay.h"
#include "story.h"

#define YES 1
#define NO 0
#define SERVER 0x9000
#define CHANNEL 0xa000
#define BUFFER 0x1000
#define OTHER_BUFFER 0x5000

static uint32_t thread, provider;

static inline void name_provider(uint32_t which, const char *name)
{
    free(story.providers[which].name);
    story.providers[which].name = xstrdup(name);
}

static inline void start(void)
{
    begin();
    thread = provider = 1;
    story.providers[1].family = story.providers[2].family = SCA_FAMILY_WTS;
    name_provider(1, "libwinpr2.so.2");
    name_provider(2, "libxrdpapi.so.0");
}

static inline struct trace_event *latest(void)
{
    return &story.trace.events[story.trace.events_count - 1];
}

static inline void effect(enum sca_fn function, uint8_t effect, const char *where, uint64_t object,
                          uint64_t companion, uint64_t result, uint64_t size)
{
    bool heap = sca_functions[function].family == SCA_FAMILY_HEAP;

    events_add(&story, (struct made_event){.function = function,
                                           .effect = effect,
                                           .thread = thread,
                                           .provider = heap ? 0 : provider,
                                           .stack = in(where),
                                           .object = object,
                                           .companion = companion,
                                           .size = size,
                                           .at = {now, result == PENDING ? 0 : now + 5},
                                           .result = result});
    now += 10;
}

/* ---- buffers -------------------------------------------------------------------------------- */

static inline uint64_t entries(uint32_t level, uint64_t count)
{
    return count << 32 | level;
}

static inline void query(const char *where, uint64_t buffer, uint64_t result)
{
    effect(SCA_FN_WTSQuerySessionInformationA, 1, where, buffer, entries(0, 8), result, 8);
}

static inline void sessions_ex(const char *where, uint64_t buffer, uint64_t count)
{
    effect(SCA_FN_WTSEnumerateSessionsExA, 1, where, buffer, entries(1, count), YES, count * 56);
}

static inline void processes_ex(const char *where, uint64_t buffer, uint32_t level, uint64_t count)
{
    effect(SCA_FN_WTSEnumerateProcessesExW, 1, where, buffer, entries(level, count), YES,
           count * 64);
}

static inline void give(const char *where, uint64_t buffer)
{
    effect(SCA_FN_WTSFreeMemory, 0, where, buffer, 0, 0, 0);
}

static inline void give_typed(enum sca_fn function, const char *where, uint64_t buffer,
                              uint32_t type, uint64_t count, uint64_t result)
{
    effect(function, 0, where, buffer, entries(type, count), result, 0);
}

/* ---- handles -------------------------------------------------------------------------------- */

static inline void open_server(const char *where, uint64_t server)
{
    effect(SCA_FN_WTSOpenServerA, 0, where, server, 0, server, 0);
}

static inline void close_server(const char *where, uint64_t server)
{
    effect(SCA_FN_WTSCloseServer, 0, where, server, 0, 0, 0);
}

static inline void open_channel(const char *where, uint64_t server, uint64_t channel)
{
    effect(SCA_FN_WTSVirtualChannelOpen, 0, where, server, 0, channel, 0);
    now -= 10;
    effect(SCA_FN_WTSVirtualChannelOpen, 1, where, channel, server, channel, 0);
}

static inline void write_channel(const char *where, uint64_t channel, uint64_t result)
{
    effect(SCA_FN_WTSVirtualChannelWrite, 0, where, channel, 0, result, 0);
}

static inline void close_channel(const char *where, uint64_t channel, uint64_t result)
{
    effect(SCA_FN_WTSVirtualChannelClose, 0, where, channel, 0, result, 0);
}

/* What the latest call does itself, before it comes back: no frames of the program's own. */
static inline void within(uint64_t ticks)
{
    latest()->leave += ticks;
    now -= 8;
}

/* From a process that is not known. */
static inline void forked(void)
{
    story.trace.flags = SCA_FLAG_FORKED;
    free(story.trace.parent_trace);
    story.trace.parent_trace = xstrdup("scardaudit.app.41.0.trace");
}

static inline int finish(void)
{
    printf("1..%d\n", number);
    return failures != 0;
}

#endif
