/* SPDX-License-Identifier: MIT */
/* A kind of block, or a deallocator, by its name. The headers of all do not go together. */
#ifndef TESTS_MISMATCHED_BLOCKS_H
#define TESTS_MISMATCHED_BLOCKS_H

#define NOINLINE __attribute__((noinline))
#define EXPECT(what) ((what) ? (void)0 : unexpected(#what))

enum { SIZE = 5000 };

struct source {
    const char *name;
    void *(*get)(void);
};

struct sink {
    const char *name;
    void (*take)(void *block);
};

extern const struct source other_sources[];
extern const struct sink other_sinks[];

void begin_others(void);
void end_others(void);
void reuse(void);
void unexpected(const char *what);

#endif
