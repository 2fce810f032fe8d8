/* SPDX-License-Identifier: MIT */
/*
 * What a report needs of symbols and clocks, without files: for tests with event_builder.h, whose
 * offsets stand for names. It takes the place of symbols.c and trace_clock.c.
 */
#ifndef TESTS_MADE_SYMBOLS_H
#define TESTS_MADE_SYMBOLS_H

#include "report/symbols/symbols.h"
#include "event_builder.h"

struct symbols {
    struct frames frames;
    struct frame frame;
};

void symbols_want(struct symbols *symbols, const char *path, const uint8_t *build_id,
                  size_t build_id_size, uint64_t offset)
{
    (void)symbols, (void)path, (void)build_id, (void)build_id_size, (void)offset;
}

void symbols_resolve(struct symbols *symbols)
{
    (void)symbols;
}

const struct frames *symbols_frames(struct symbols *symbols, const char *path,
                                    const uint8_t *build_id, size_t build_id_size, uint64_t offset)
{
    (void)build_id, (void)build_id_size;
    symbols->frame = (struct frame){
        .function = made_name(offset), .module = path, .build_id = "0000", .offset = offset};
    symbols->frames = (struct frames){&symbols->frame, 1};
    return &symbols->frames;
}

uint64_t trace_ns(const struct trace *trace, uint64_t clock)
{
    return clock - trace->start_clock;
}

#endif
