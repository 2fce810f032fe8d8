/* SPDX-License-Identifier: MIT */
/*
 * The symbolized stacks of some traces, each looked up once and shared by all who show it. First
 * want, then resolve, then read.
 */
#ifndef REPORT_STACKS_H
#define REPORT_STACKS_H

#include <stddef.h>
#include <stdint.h>

#include "report/trace/trace.h"
#include "symbols.h"

struct stacks;

/* The traces and the symbols must outlive it. */
struct stacks *stacks_new(struct trace *const *traces, size_t count, struct symbols *symbols);
void stacks_free(struct stacks *stacks);

/* `trace` is an index into the traces, `stack` one into the trace's stacks. */
void stacks_want(struct stacks *stacks, size_t trace, uint32_t stack);
void stacks_resolve(struct stacks *stacks);

/* The frames of a wanted stack, innermost first, inlined ones included; owned by `stacks`. */
const struct frames *stacks_frames(const struct stacks *stacks, size_t trace, uint32_t stack);

/* Equal for equal return addresses in equal files, whichever trace they come from. */
uint64_t stacks_identity(const struct trace *trace, uint32_t stack);

#endif
