/* SPDX-License-Identifier: MIT */
/*
 * Builds trace files for tests, valid unless told otherwise.
 *
 *     struct trace_builder *builder = builder_new();
 *     uint32_t module = builder_module(builder, "/usr/bin/app", "\xab\x01", 2, 0);
 *     uint32_t provider = builder_provider(builder, "libpcsclite.so.1", module);
 *     uint32_t thread = builder_thread(builder, 4242, "app");
 *     uint32_t stack = builder_stack(builder, 1, (struct sca_frame[]){{0x1234, module, 0}});
 *     builder_event(builder, (struct builder_event){
 *         .function = "SCardEstablishContext", .thread = thread, .stack = stack,
 *         .provider = provider, .object = 0x1f, .enter = 2000, .leave = 2500, .first = true});
 *     builder_exit(builder, SCA_END_EXIT, 3000, 0);
 *     builder_write(builder, "app.trace");
 *     builder_free(builder);
 *
 * The header starts as: MONOTONIC clock that read 1000 (start_clock and start_ns), pid 4242, ppid
 * 4241, start_ticks 1 (no such process lives), executable "/usr/bin/app", run id "test", a limit
 * of 256 MiB. Change it through builder_header(); its check is computed when the bytes are asked
 * for. Numbers are given from 1. The first chunk is SCA_FIRST_CHUNK long, later ones SCA_CHUNK; one
 * is begun whenever a record does not fit. Any failure ends the test program with a message.
 */
#ifndef TESTS_TRACE_BUILDER_H
#define TESTS_TRACE_BUILDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../preload/trace_format.h"

struct trace_builder;

/* One effect. A CALL or an ACQUIRE record is written as the row of `function` says. */
struct builder_event {
    const char *function;
    uint8_t effect; /* index into the row */
    uint32_t thread, stack, provider;
    uint64_t object, companion, enter;
    uint64_t leave; /* 0: pending */
    uint64_t result, size;
    bool first;
    uint8_t flags; /* SCA_CALL_..., but for SCA_CALL_FIRST */
};

struct trace_builder *builder_new(void);
void builder_free(struct trace_builder *builder);

/* Valid until the next call of the builder. */
struct sca_header *builder_header(struct trace_builder *builder);

/* Each gives the number it defined. */
uint32_t builder_module(struct trace_builder *builder, const char *path, const void *build_id,
                        size_t build_id_size, uint32_t generation);
/* At a place of its own: 64 KiB from `base`. All others are said to be at the same one. */
uint32_t builder_module_at(struct trace_builder *builder, const char *path, uint64_t base);
uint32_t builder_provider(struct trace_builder *builder, const char *name, uint32_t module);
/* Of other families than PC/SC. */
uint32_t builder_provider_of(struct trace_builder *builder, const char *name, uint32_t module,
                             uint32_t families);
uint32_t builder_thread(struct trace_builder *builder, uint32_t tid, const char *name);
uint32_t builder_stack(struct trace_builder *builder, uint32_t count,
                       const struct sca_frame *frames);

/* These give the record's offset in the file. */
uint64_t builder_event(struct trace_builder *builder, struct builder_event event);
uint64_t builder_clock(struct trace_builder *builder, uint64_t clock, uint64_t ns);
uint64_t builder_blind(struct trace_builder *builder, uint32_t code, uint32_t module);
/* SCA_BLIND_UNKNOWN_EXPORT; names separated by blanks */
uint64_t builder_unaudited(struct trace_builder *builder, uint32_t module, const char *names,
                           uint32_t left_out);
uint64_t builder_args(struct trace_builder *builder, const char *bytes, size_t length);
uint64_t builder_thread_end(struct trace_builder *builder, uint32_t thread, uint64_t time);
/* A record that its writer did not live to finish; `length` as a head word has it. */
uint64_t builder_reserved(struct trace_builder *builder, size_t length);
/* Any record: `words` are what follows the head, and covered by its check as the type says. */
uint64_t builder_record(struct trace_builder *builder, unsigned type, const uint64_t *words,
                        size_t count);

/* Begin a chunk (the last one ends here), or leave pages that were never written. */
uint64_t builder_chunk(struct trace_builder *builder, size_t size);
void builder_chunk_anchor(struct trace_builder *builder, uint64_t clock, uint64_t ns);
uint64_t builder_hole(struct trace_builder *builder, size_t pages);

void builder_exit(struct trace_builder *builder, enum sca_end kind, uint64_t time, int status);
void builder_exec(struct trace_builder *builder, uint64_t time);
void builder_stop(struct trace_builder *builder, enum sca_stop kind, uint64_t time);

/* The whole file, with check and extent mark. Owned by the builder, may be changed in place. */
uint8_t *builder_bytes(struct trace_builder *builder, size_t *size);
void builder_write(struct trace_builder *builder, const char *path);

#endif
