/* SPDX-License-Identifier: MIT */
/*
 * make_many COUNT FILE: write a trace of so many contexts, each acquired at its own place, the
 * first half in one thread and then the others in another. Every third is released a little later,
 * the others are leaked. Modules exist on no machine.
 */
#include <stdlib.h>

#include "trace_builder.h"

#define STEP 1000000U /* ns from one to the next */
#define TOOK 500U
#define KEPT 5U /* steps until it is released */

static struct trace_builder *builder;
static uint32_t module, provider;

static void call(const char *function, uint32_t thread, size_t object, uint64_t time, bool first)
{
    struct sca_frame frames[] = {{0x100000 + 16 * object, module, 0}, {0x1000, module, 0}};

    builder_event(builder, (struct builder_event){.function = function,
                                                  .thread = thread,
                                                  .stack = builder_stack(builder, 2, frames),
                                                  .provider = provider,
                                                  .object = object,
                                                  .enter = time,
                                                  .leave = time + TOOK,
                                                  .first = first});
}

int main(int argc, char **argv)
{
    size_t count = argc == 3 ? strtoul(argv[1], NULL, 10) : 0;
    uint32_t threads[2];
    uint64_t now = 2000;

    if (!count)
        return 2;
    builder = builder_new();
    module = builder_module(builder, "/usr/bin/app", "\xab\x01", 2, 0);
    provider = builder_provider(builder, "libpcsclite.so.1", module);
    threads[0] = builder_thread(builder, 4242, "app");
    threads[1] = builder_thread(builder, 4243, "worker");
    for (size_t i = 1; i <= count; i++, now += STEP) {
        call("SCardEstablishContext", threads[i > count / 2], i, now, true);
        if (i > KEPT && (i - KEPT) % 3 == 0)
            call("SCardReleaseContext", threads[i > count / 2], i - KEPT, now + STEP / 2, true);
    }
    builder_exit(builder, SCA_END_EXIT, now, 0);
    builder_write(builder, argv[2]);
    builder_free(builder);
    return 0;
}
