/* SPDX-License-Identifier: MIT */
/*
 * What stays the same about a stack from build to build: module base names without version,
 * functions without template arguments, parameters and compiler suffixes. No address, line, path
 * or thread. A frame without a symbol is known only by module, build-id and offset: weak.
 */
#ifndef REPORT_FINGERPRINT_H
#define REPORT_FINGERPRINT_H

#include <stdbool.h>
#include <stddef.h>

#include "symbols.h"

#define FINGERPRINT_SIZE 17  /* 16 hex digits and NUL */
#define FINGERPRINT_FRAMES 8 /* of one stack that enter the chain */

struct fingerprints {
    char owner[FINGERPRINT_SIZE];  /* rule, kind, owner frame of the telling stack */
    char strict[FINGERPRINT_SIZE]; /* rule, kind, circumstance, calls and frames of all stacks */
    char weak[FINGERPRINT_SIZE];   /* as owner when that frame has no symbol, else "" */
};

struct fingerprint_stack {
    const struct frame *frames; /* innermost first */
    size_t count;
    const char *function; /* the audited function called there, or NULL */
    unsigned argument;    /* of that function: which resource is meant */
};

/*
 * `circumstance` tells apart what has the same stacks and yet another story, or is "". `stacks` in
 * the order of the story; `telling` is the one that holds the owner frame.
 */
void fingerprint_make(struct fingerprints *result, const char *rule, const char *kind,
                      const char *circumstance, const struct fingerprint_stack *stacks,
                      size_t stacks_count, size_t telling);

/*
 * Index of the frame a stack belongs to: the first one outside runtime and wrapper libraries;
 * where there is none, outside the runtime; else 0.
 */
size_t fingerprint_owner(const struct frame *frames, size_t count);

/* libc, the loader, the C++ runtime, our own preload. */
bool fingerprint_is_runtime(const struct frame *frame);

/* "ns::Card::connect" of "int ns::Card<X>::connect<int>(long) const [clone .cold]"; malloc'd. */
char *fingerprint_function(const char *name);

/* The name of a frame for people: "connect_card()", else "libfoo.so+0x1234"; malloc'd. */
char *fingerprint_frame_name(const struct frame *frame);

#endif
