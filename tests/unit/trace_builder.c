/* SPDX-License-Identifier: MIT */
#include "trace_builder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../preload/api.h"

struct trace_builder {
    uint8_t *bytes; /* the file so far: a multiple of SCA_PAGE, zero where nothing was written */
    size_t size;
    size_t chunk; /* offset of the current chunk, 0: none */
    size_t next;  /* where the next record goes */
    uint64_t anchor_clock, anchor_ns;
    uint32_t modules, providers, threads, stacks;
};

static void *checked(void *block)
{
    if (!block) {
        fputs("trace_builder: out of memory\n", stderr);
        exit(1);
    }
    return block;
}

static void fail(const char *what, const char *name)
{
    fprintf(stderr, "trace_builder: %s: %s\n", what, name);
    exit(1);
}

static size_t extend(struct trace_builder *builder, size_t size)
{
    size_t offset = builder->size;

    builder->bytes = checked(realloc(builder->bytes, offset + size));
    memset(builder->bytes + offset, 0, size);
    builder->size += size;
    return offset;
}

struct trace_builder *builder_new(void)
{
    struct trace_builder *builder = checked(calloc(1, sizeof *builder));
    struct sca_header *header;

    extend(builder, SCA_PAGE);
    header = builder_header(builder);
    memcpy(header->magic, SCA_MAGIC, sizeof header->magic);
    header->version = SCA_VERSION;
    header->word_size = 8;
    header->clock = SCA_CLOCK_MONOTONIC;
    header->pid = 4242;
    header->ppid = 4241;
    header->start_ticks = 1;
    header->start_realtime = 1700000000000000000U;
    header->start_clock = header->start_ns = 1000;
    header->limit = 256U << 20;
    header->argc = 1;
    header->depth = 32;
    strcpy(header->run_id, "test");
    strcpy(header->executable, "/usr/bin/app");
    builder->anchor_clock = builder->anchor_ns = 1000;
    return builder;
}

void builder_free(struct trace_builder *builder)
{
    free(builder->bytes);
    free(builder);
}

struct sca_header *builder_header(struct trace_builder *builder)
{
    return (struct sca_header *)builder->bytes;
}

/* ---- chunks and records --------------------------------------------------------------------- */

static void put_head(struct trace_builder *builder, size_t offset, unsigned type, size_t length)
{
    uint64_t *words = (uint64_t *)(builder->bytes + offset);
    uint32_t check = sca_check(length, type, words + 1, sca_checked_words(type, length));

    words[0] = sca_head(length, type, check);
}

uint64_t builder_chunk(struct trace_builder *builder, size_t size)
{
    size_t offset = extend(builder, size);
    struct sca_chunk *chunk = (struct sca_chunk *)(builder->bytes + offset);

    chunk->offset = offset;
    chunk->size = size;
    chunk->clock = builder->anchor_clock;
    chunk->ns = builder->anchor_ns;
    put_head(builder, offset, SCA_REC_CHUNK, sizeof *chunk);
    builder->chunk = offset;
    builder->next = offset + sizeof *chunk;
    return offset;
}

void builder_chunk_anchor(struct trace_builder *builder, uint64_t clock, uint64_t ns)
{
    builder->anchor_clock = clock;
    builder->anchor_ns = ns;
}

uint64_t builder_hole(struct trace_builder *builder, size_t pages)
{
    builder->chunk = 0;
    return extend(builder, pages * SCA_PAGE);
}

static size_t claim(struct trace_builder *builder, size_t length)
{
    size_t offset, size = builder->size > SCA_PAGE ? SCA_CHUNK : SCA_FIRST_CHUNK;

    if (builder->chunk == 0 || length > builder->size - builder->next) {
        while (size < length + sizeof(struct sca_chunk))
            size += SCA_CHUNK;
        builder_chunk(builder, size);
    }
    offset = builder->next;
    builder->next += length;
    return offset;
}

uint64_t builder_record(struct trace_builder *builder, unsigned type, const uint64_t *words,
                        size_t count)
{
    size_t length = 8 + 8 * count;
    size_t offset = claim(builder, length);

    memcpy(builder->bytes + offset + 8, words, 8 * count);
    put_head(builder, offset, type, length);
    return offset;
}

uint64_t builder_reserved(struct trace_builder *builder, size_t length)
{
    size_t offset = claim(builder, length);

    memset(builder->bytes + offset, 0x5a, length);
    put_head(builder, offset, SCA_REC_RESERVED, length);
    return offset;
}

/* A record of a fixed part (its head is filled in here) and up to two padded strings. */
static uint64_t put(struct trace_builder *builder, unsigned type, const void *fixed,
                    size_t fixed_size, const void *a, size_t a_size, const void *b, size_t b_size)
{
    size_t length = fixed_size + SCA_PADDED(a_size) + SCA_PADDED(b_size);
    size_t offset = claim(builder, length);
    uint8_t *at = builder->bytes + offset;

    memcpy(at, fixed, fixed_size);
    if (a_size > 0)
        memcpy(at + fixed_size, a, a_size);
    if (b_size > 0)
        memcpy(at + fixed_size + SCA_PADDED(a_size), b, b_size);
    put_head(builder, offset, type, length);
    return offset;
}

/* ---- what records mean ---------------------------------------------------------------------- */

#define MODULE_BASE 0x550000000000
#define MODULE_SIZE 0x10000

static uint32_t module_at(struct trace_builder *builder, const char *path, const void *build_id,
                          size_t build_id_size, uint32_t generation, uint64_t base)
{
    struct sca_module_record module = {.module = ++builder->modules,
                                       .generation = generation,
                                       .base = base,
                                       .start = base,
                                       .end = base + MODULE_SIZE,
                                       .path_length = (uint32_t)strlen(path),
                                       .build_id_size = (uint32_t)build_id_size};

    put(builder, SCA_REC_MODULE, &module, sizeof module, build_id, build_id_size, path,
        strlen(path));
    return builder->modules;
}

uint32_t builder_module(struct trace_builder *builder, const char *path, const void *build_id,
                        size_t build_id_size, uint32_t generation)
{
    return module_at(builder, path, build_id, build_id_size, generation, MODULE_BASE);
}

uint32_t builder_module_at(struct trace_builder *builder, const char *path, uint64_t base)
{
    return module_at(builder, path, NULL, 0, 0, base);
}

uint32_t builder_provider(struct trace_builder *builder, const char *name, uint32_t module)
{
    return builder_provider_of(builder, name, module, SCA_FAMILY_PCSC);
}

uint32_t builder_provider_of(struct trace_builder *builder, const char *name, uint32_t module,
                             uint32_t families)
{
    struct sca_provider_record provider = {.provider = ++builder->providers,
                                           .module = module,
                                           .family = families,
                                           .name_length = (uint32_t)strlen(name)};

    put(builder, SCA_REC_PROVIDER, &provider, sizeof provider, name, strlen(name), NULL, 0);
    return builder->providers;
}

uint32_t builder_thread(struct trace_builder *builder, uint32_t tid, const char *name)
{
    struct sca_thread_record thread = {.thread = ++builder->threads, .tid = tid};

    memcpy(thread.name, name, strnlen(name, sizeof thread.name));
    put(builder, SCA_REC_THREAD, &thread, sizeof thread, NULL, 0, NULL, 0);
    return builder->threads;
}

uint32_t builder_stack(struct trace_builder *builder, uint32_t count,
                       const struct sca_frame *frames)
{
    struct sca_stack_record stack = {.stack = ++builder->stacks, .count = count};

    put(builder, SCA_REC_STACK, &stack, sizeof stack, frames, count * sizeof *frames, NULL, 0);
    return builder->stacks;
}

uint64_t builder_event(struct trace_builder *builder, struct builder_event event)
{
    const struct sca_function *function = sca_function_by_name(event.function);
    struct sca_acquire_record record = {.size = event.size};
    unsigned type;

    if (!function || event.effect >= SCA_MAX_EFFECTS)
        fail("no such function or effect", event.function);
    type = function->effects[event.effect].type;
    record.call.thread = event.thread;
    record.call.stack = event.stack;
    record.call.function = function->number;
    record.call.provider = (uint16_t)event.provider;
    record.call.effect = event.effect;
    record.call.flags = event.flags | (event.first ? SCA_CALL_FIRST : 0);
    record.call.object = event.object;
    record.call.companion = event.companion;
    record.call.enter = event.enter;
    record.call.result = event.result;
    record.call.leave = event.leave;
    if (sca_acquires(type))
        return put(builder, SCA_REC_ACQUIRE, &record, sizeof record, NULL, 0, NULL, 0);
    return put(builder, SCA_REC_CALL, &record.call, sizeof record.call, NULL, 0, NULL, 0);
}

uint64_t builder_clock(struct trace_builder *builder, uint64_t clock, uint64_t ns)
{
    return builder_record(builder, SCA_REC_CLOCK, (uint64_t[]){clock, ns}, 2);
}

uint64_t builder_blind(struct trace_builder *builder, uint32_t code, uint32_t module)
{
    struct sca_blind_record blind = {.code = code, .module = module};

    return put(builder, SCA_REC_BLIND, &blind, sizeof blind, NULL, 0, NULL, 0);
}

uint64_t builder_thread_end(struct trace_builder *builder, uint32_t thread, uint64_t time)
{
    struct sca_thread_end_record end = {.thread = thread, .time = time};

    return put(builder, SCA_REC_THREAD_END, &end, sizeof end, NULL, 0, NULL, 0);
}

uint64_t builder_unaudited(struct trace_builder *builder, uint32_t module, const char *names,
                           uint32_t left_out)
{
    struct sca_blind_names_record record = {
        .blind = {.code = SCA_BLIND_UNKNOWN_EXPORT, .module = module},
        .left_out = left_out,
        .length = (uint32_t)strlen(names)};

    return put(builder, SCA_REC_BLIND, &record, sizeof record, names, strlen(names), NULL, 0);
}

uint64_t builder_args(struct trace_builder *builder, const char *bytes, size_t length)
{
    struct sca_args_record args = {.length = length};

    return put(builder, SCA_REC_ARGS, &args, sizeof args, bytes, length, NULL, 0);
}

/* ---- marks and the whole -------------------------------------------------------------------- */

static void put_mark(struct sca_mark *mark, uint64_t time, unsigned kind, uint32_t value)
{
    mark->time = time;
    mark->word = sca_mark_word(time, kind, value);
}

void builder_exit(struct trace_builder *builder, enum sca_end kind, uint64_t time, int status)
{
    put_mark(&builder_header(builder)->exit, time, kind, (uint32_t)status);
}

void builder_exec(struct trace_builder *builder, uint64_t time)
{
    put_mark(&builder_header(builder)->exec, time, 1, 0);
}

void builder_stop(struct trace_builder *builder, enum sca_stop kind, uint64_t time)
{
    put_mark(&builder_header(builder)->stop, time, kind, 0);
}

uint8_t *builder_bytes(struct trace_builder *builder, size_t *size)
{
    struct sca_header *header = builder_header(builder);
    size_t from = offsetof(struct sca_header, flags), to = offsetof(struct sca_header, exit);

    header->check = sca_check(0, 0, (const uint64_t *)(builder->bytes + from), (to - from) / 8);
    put_mark(&header->extent, 0, 1, (uint32_t)(builder->size / SCA_PAGE));
    *size = builder->size;
    return builder->bytes;
}

void builder_write(struct trace_builder *builder, const char *path)
{
    size_t size;
    const uint8_t *bytes = builder_bytes(builder, &size);
    FILE *file = fopen(path, "we");

    if (!file || fwrite(bytes, 1, size, file) != size || fclose(file) != 0)
        fail("cannot write", path);
}
