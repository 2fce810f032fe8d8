/* SPDX-License-Identifier: MIT */
/*
 * Writes the trace of a program that did much: two threads, each with a share of the blocks, which
 * it frees and allocates again in turn, until there were so many events. At its exit some blocks
 * are held.
 *
 *     big_trace FILE [EVENTS [HELD]]      default: 10^7 events, 1,000 blocks held
 *
 * The threads work at the same time, and each fills a chunk of its own, so that the events are not
 * in the order in which they happened.
 */
#include <stdio.h>
#include <stdlib.h>

#include "../unit/trace_builder.h"

#define THREADS 2
#define STACKS 1000
#define FRAMES 8
#define TURN 700 /* events; about what fits into a chunk */
#define CONTEXT 7

static void add_stacks(struct trace_builder *builder, uint32_t module)
{
    for (uint32_t i = 0; i < STACKS; i++) {
        struct sca_frame frames[FRAMES];

        for (uint32_t k = 0; k < FRAMES; k++)
            frames[k] = (struct sca_frame){.offset = 0x1000 + 16 * (i >> k) + k, .module = module};
        builder_stack(builder, FRAMES, frames);
    }
}

/* A thread's event number `number`: first it fills its share, then it frees and allocates in turn.
 */
static struct builder_event event_of(uint32_t thread, uint64_t number, uint64_t share)
{
    uint64_t step = number < share ? number : number - share;
    bool frees = number >= share && step % 2 == 0;
    uint64_t block = number < share ? number : step / 2 % share;

    return (struct builder_event){
        .function = frees ? "SCardFreeMemory" : "SCardListReaders",
        .effect = frees ? 0 : 1,
        .thread = thread + 1,
        .stack = 1 + (uint32_t)(number % STACKS),
        .provider = 1,
        .object = 0x10000 + 32 * (block * THREADS + thread),
        .companion = CONTEXT,
        .size = frees ? 0 : 24,
        .first = true,
    };
}

int main(int argc, char **argv)
{
    uint64_t events = argc > 2 ? strtoull(argv[2], NULL, 10) : 10000000;
    uint64_t held = argc > 3 ? strtoull(argv[3], NULL, 10) : 1000;
    uint64_t share = held / THREADS ? held / THREADS : 1, time = 3000;
    struct trace_builder *builder;
    uint32_t module;

    if (argc < 2) {
        fputs("usage: big_trace FILE [EVENTS [HELD]]\n", stderr);
        return 2;
    }
    builder = builder_new();
    module = builder_module(builder, "/usr/bin/app", NULL, 0, 0);
    builder_provider(builder, "libpcsclite.so.1", module);
    for (uint32_t i = 0; i < THREADS; i++)
        builder_thread(builder, 4242 + i, "app");
    add_stacks(builder, module);
    builder_event(builder, (struct builder_event){.function = "SCardEstablishContext",
                                                  .thread = 1,
                                                  .stack = 1,
                                                  .provider = 1,
                                                  .object = CONTEXT,
                                                  .enter = 2000,
                                                  .leave = 2500,
                                                  .first = true});
    for (uint64_t done = 0; done < events / THREADS; done += TURN) {
        for (uint32_t thread = 0; thread < THREADS; thread++) {
            builder_chunk(builder, SCA_CHUNK);
            for (uint64_t i = 0; i < TURN && done + i < events / THREADS; i++) {
                struct builder_event event = event_of(thread, done + i, share);

                event.enter = time + 100 * i + 10 * thread;
                event.leave = event.enter + 5;
                builder_event(builder, event);
            }
        }
        time += 100 * TURN;
    }
    builder_exit(builder, SCA_END_EXIT, time + 1000, 0);
    builder_write(builder, argv[1]);
    builder_free(builder);
    return 0;
}
