/* SPDX-License-Identifier: MIT */
#include "stacks.h"

#include <stdlib.h>
#include <string.h>

#include "report/base/memory.h"

struct stacks {
    struct trace **traces; /* a copy: only the traces themselves outlive us */
    size_t count;
    struct symbols *symbols;
    struct frames ***table; /* [trace][stack]: NULL until wanted */
};

struct stacks *stacks_new(struct trace *const *traces, size_t count, struct symbols *symbols)
{
    struct stacks *stacks = xcalloc(1, sizeof *stacks);

    stacks->traces = xcalloc(count, sizeof *stacks->traces);
    stacks->count = count;
    stacks->symbols = symbols;
    stacks->table = xcalloc(count, sizeof *stacks->table);
    for (size_t i = 0; i < count; i++) {
        stacks->traces[i] = traces[i];
        stacks->table[i] = xcalloc(traces[i]->stacks_count, sizeof **stacks->table);
    }
    return stacks;
}

void stacks_free(struct stacks *stacks)
{
    for (size_t i = 0; i < stacks->count; i++) {
        for (size_t j = 0; j < stacks->traces[i]->stacks_count; j++) {
            if (stacks->table[i][j])
                free((void *)stacks->table[i][j]->frames);
            free(stacks->table[i][j]);
        }
        free(stacks->table[i]);
    }
    free(stacks->table);
    free(stacks->traces);
    free(stacks);
}

static const char *module_path(const struct trace *trace, const struct trace_frame *frame)
{
    return frame->module ? trace->modules[frame->module].path : NULL;
}

void stacks_want(struct stacks *stacks, size_t trace, uint32_t stack)
{
    const struct trace *from = stacks->traces[trace];
    const struct trace_stack *raw = &from->stacks[stack];

    if (stacks->table[trace][stack])
        return;
    stacks->table[trace][stack] = xcalloc(1, sizeof(struct frames));
    for (uint32_t i = 0; i < raw->count; i++) {
        const struct trace_frame *frame = &raw->frames[i];
        const struct trace_module *module = &from->modules[frame->module];

        symbols_want(stacks->symbols, module_path(from, frame), module->build_id,
                     module->build_id_size, frame->offset);
    }
}

static void read_stack(struct stacks *stacks, size_t trace, uint32_t stack)
{
    const struct trace *from = stacks->traces[trace];
    const struct trace_stack *raw = &from->stacks[stack];
    struct frame *frames = NULL;
    size_t count = 0;
    size_t room = 0;

    for (uint32_t i = 0; i < raw->count; i++) {
        const struct trace_frame *frame = &raw->frames[i];
        const struct trace_module *module = &from->modules[frame->module];
        const struct frames *found =
            symbols_frames(stacks->symbols, module_path(from, frame), module->build_id,
                           module->build_id_size, frame->offset);

        for (size_t j = 0; found && j < found->count; j++) {
            GROW(frames, count, room);
            frames[count++] = found->frames[j];
        }
    }
    *stacks->table[trace][stack] = (struct frames){frames, count};
}

void stacks_resolve(struct stacks *stacks)
{
    symbols_resolve(stacks->symbols);
    for (size_t i = 0; i < stacks->count; i++)
        for (size_t j = 0; j < stacks->traces[i]->stacks_count; j++)
            if (stacks->table[i][j])
                read_stack(stacks, i, (uint32_t)j);
}

const struct frames *stacks_frames(const struct stacks *stacks, size_t trace, uint32_t stack)
{
    return stacks->table[trace][stack];
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * 0x9e3779b97f4a7c15U;
    return hash ^ hash >> 29;
}

static uint64_t mix_bytes(uint64_t hash, const void *bytes, size_t size)
{
    const unsigned char *byte = bytes;

    for (size_t i = 0; i < size; i++)
        hash = mix(hash, byte[i]);
    return mix(hash, size);
}

uint64_t stacks_identity(const struct trace *trace, uint32_t stack)
{
    const struct trace_stack *raw = &trace->stacks[stack];
    uint64_t hash = raw->count;

    for (uint32_t i = 0; i < raw->count; i++) {
        const struct trace_module *module = &trace->modules[raw->frames[i].module];

        if (raw->frames[i].module)
            hash = mix_bytes(hash, module->path, strlen(module->path));
        hash = mix_bytes(hash, module->build_id, module->build_id_size);
        hash = mix(hash, raw->frames[i].offset);
    }
    return hash;
}
