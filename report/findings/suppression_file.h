/* SPDX-License-Identifier: MIT */
/*
 * Suppressions as they stand in files: which findings a user knows and does not want counted.
 *
 *     struct suppressions suppressions = {0};
 *     char *problem;
 *     if (suppressions_add(&suppressions, "known.supp", &problem) < 0)
 *         ... "known.supp:3: the quote is not closed"; free(problem)
 *     suppressions_apply(&suppressions, report);      suppress.h
 *     report_free(report);                            it refers to the suppressions
 *     suppressions_free(&suppressions);
 *
 * A file holds one suppression a line, or in a block of lines; doc/suppressions.md describes it:
 *
 *     context-leak libvendor.so!open_* main name=vendor expires=2027-01-01
 *     {
 *       rule: context-leak
 *       frame: libvendor.so!open_reader
 *       frame: ...
 *       frame: main
 *     }
 *
 * Files may hold anything. Strings keep the bytes of the file: escape them.
 */
#ifndef REPORT_SUPPRESSION_FILE_H
#define REPORT_SUPPRESSION_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What one frame of a stack is asked for. NULL: anything. */
struct frame_glob {
    char *function;
    char *module; /* base name */
    char *file;
    uint64_t offset;
    bool has_offset;
    bool after_gap; /* any frames may stand before it; false: it follows on the one before, or is
                     * the innermost */
};

enum suppression_key {
    KEY_NAME,
    KEY_RULE,
    KEY_KIND,
    KEY_FINGERPRINT,
    KEY_REASON,
    KEY_EXPIRES,
    KEY_MAX,
    KEY_COUNT
};

struct suppression {
    const char *file; /* as it was asked for */
    unsigned line;
    char *text; /* rule and frames, as they stand in the one-line form */
    char *rule;
    struct frame_glob *frames; /* innermost first, with any frames behind */
    size_t frames_count, frames_room;
    char *values[KEY_COUNT]; /* NULL: not given */
    size_t max;              /* of KEY_MAX; 0: none */
    bool expired;            /* by KEY_EXPIRES, when it was read */
};

struct suppressions {
    struct suppression *list; /* in the order in which they were read */
    size_t count, room;
    char **files; /* the names given to suppressions_add() */
    size_t files_count, files_room;
};

/*
 * Read a file, or what the program brings along as "default:NAME". Only regular files are read.
 * Returns -1 and what is wrong, with file and line, in *problem (malloc'd) at the first error;
 * what was read before it stays.
 */
int suppressions_add(struct suppressions *suppressions, const char *name, char **problem);

/* The same of text in memory, which `name` only names. */
int suppressions_parse(struct suppressions *suppressions, const char *name, const char *text,
                       size_t size, char **problem);

/* NULL, or (malloc'd) that there is no such "default:NAME", and which there are. */
char *suppressions_unknown_default(const char *name);

void suppressions_free(struct suppressions *suppressions);

#endif
