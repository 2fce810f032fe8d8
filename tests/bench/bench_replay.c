/* SPDX-License-Identifier: MIT */
/*
 * How fast is the replay? Prints events per second of CPU time for synthetic traces: a number of
 * blocks live at once, each step frees one at random and allocates another in its place.
 *
 *     bench_replay [EVENTS [LIVE]]...      default: 10^6 and 10^7 events at 1,000 and 100,000 live
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "report/base/memory.h"
#include "report/replay/replay.h"

#define CONTEXT 7
#define STACKS 1000

static double seconds(void)
{
    struct timespec time;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static uint64_t random_state = 1;

static uint64_t random_below(uint64_t limit)
{
    random_state = random_state * 6364136223846793005U + 1442695040888963407U;
    return (random_state >> 33) % limit;
}

static struct trace_event event_of(enum sca_fn function, uint8_t effect, uint64_t object,
                                   uint64_t time)
{
    return (struct trace_event){.enter = time,
                                .leave = time + 1,
                                .object = object,
                                .companion = CONTEXT,
                                .function = &sca_functions[function],
                                .effect = effect,
                                .thread = 1,
                                .stack = 1 + (uint32_t)(time % (STACKS - 1)),
                                .provider = 1};
}

static void fill(struct trace_event *events, size_t count, uint64_t live)
{
    size_t i = 0;

    events[i] = event_of(SCA_FN_SCardEstablishContext, 0, CONTEXT, 2);
    for (i = 1; i < count && i <= live; i++)
        events[i] = event_of(SCA_FN_SCardListReaders, 1, 0x10000 + i * 32, 2 * i + 2);
    for (; i + 1 < count; i += 2) {
        uint64_t block = 0x10000 + (1 + random_below(live)) * 32;

        events[i] = event_of(SCA_FN_SCardFreeMemory, 0, block, 2 * i + 2);
        events[i + 1] = event_of(SCA_FN_SCardListReaders, 1, block, 2 * i + 4);
    }
    if (i < count)
        events[i] = event_of(SCA_FN_SCardIsValidContext, 0, CONTEXT, 2 * i + 2);
}

static void measure(size_t count, uint64_t live)
{
    struct trace_module modules[2] = {{0}};
    struct trace_provider providers[2] = {{0}};
    struct trace_thread threads[2] = {{0}};
    struct trace_stack *stacks = xcalloc(STACKS, sizeof *stacks);
    struct trace_event *events = xcalloc(count, sizeof *events);
    struct trace trace = {.modules = modules,
                          .modules_count = 2,
                          .providers = providers,
                          .providers_count = 2,
                          .threads = threads,
                          .threads_count = 2,
                          .stacks = stacks,
                          .stacks_count = STACKS,
                          .events = events,
                          .events_count = count,
                          .complete = false}; /* the loop alone: nothing is judged at the end */
    struct replay *replay;
    double begin, best = 1e9;

    fill(events, count, live);
    for (int i = 0; i < 3; i++) {
        double took;

        begin = seconds();
        replay = replay_run(&trace, ENDING_EXIT, NULL);
        took = seconds() - begin;
        if (took < best)
            best = took;
        printf("%10zu events %8" PRIu64 " live: %6.1f million events/s, %zu bytes a live object\n",
               count, live, (double)count / took / 1e6,
               (replay->objects.count * sizeof *replay->objects.records +
                ((size_t)1 << replay->objects.bits) * sizeof *replay->objects.slots) /
                   (size_t)(live + 1));
        replay_free(replay);
    }
    printf("%10zu events %8" PRIu64 " live: %6.1f million events/s (best of 3)\n", count, live,
           (double)count / best / 1e6);
    free(events);
    free(stacks);
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        for (int i = 1; i < argc; i += 2) {
            size_t count = strtoull(argv[i], NULL, 10);
            uint64_t live = i + 1 < argc ? strtoull(argv[i + 1], NULL, 10) : 100000;

            measure(count ? count : 1, live ? live : 1);
        }
        return 0;
    }
    measure(1000000, 1000);
    measure(1000000, 100000);
    measure(10000000, 1000);
    measure(10000000, 100000);
    return 0;
}
