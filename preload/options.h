/* SPDX-License-Identifier: MIT */
/*
 * SCARDAUDIT_OPTIONS=key=value:key="quoted:value". One list describes every option; parser,
 * defaults and documentation come from it.
 */
#ifndef SCA_OPTIONS_H
#define SCA_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#define SCA_QUARANTINE_MOST 65536

enum sca_at_exit { SCA_AT_EXIT_TEXT, SCA_AT_EXIT_SUMMARY, SCA_AT_EXIT_NONE };

/* T(name, size, default, help)  text
 * F(name, size, default, help)  text, the name of a file that is written
 * N(name, min, max, default, help)  number
 * C(name, default, choices, help)  one of the '|'-separated words, stored as its index */
#define SCA_OPTIONS(T, F, N, C)                                                                    \
    T(dir, 1024, "", "directory for traces (default: the current one, else $TMPDIR)")              \
    N(depth, 1, SCA_MAX_FRAMES, 32, "frames recorded per stack")                                   \
    N(follow, 0, 1, 0, "audit programs that are started with another environment")                 \
    N(max_trace_mb, 1, 65536, 256, "size at which recording stops, MiB")                           \
    N(quarantine_blocks, 0, SCA_QUARANTINE_MOST, 1024, "freed blocks kept to prove a double free") \
    N(quarantine_bytes, 0, 1 << 30, 4 << 20, "how many bytes these may have")                      \
    N(absorb, 0, 1, 1, "keep the program from a certain double free, having recorded it")          \
    N(record_args, 0, 1, 0, "record the command line (it may hold a PIN)")                         \
    C(at_exit, 0, "text|summary|none", "what to say on stderr when the program exits")             \
    N(exitcode, 0, 255, 0, "status of the program when there is an error (0: its own)")            \
    F(text, 1024, "", "write the text report to this file (%p: the pid) and not to stderr")        \
    F(json, 1024, "", "write the JSON report to this file (%p: the pid)")                          \
    F(html, 1024, "", "write the HTML report to this file (%p: the pid)")                          \
    T(suppressions, 1024, "", "FILE, or \"default:NAME\": findings not to report")

struct sca_options {
#define SCA_TEXT(name, size, initial, help) char name[size];
#define SCA_FILE SCA_TEXT
#define SCA_NUMBER(name, min, max, initial, help) uint32_t name;
#define SCA_CHOICE(name, initial, choices, help) uint32_t name;
    SCA_OPTIONS(SCA_TEXT, SCA_FILE, SCA_NUMBER, SCA_CHOICE)
#undef SCA_TEXT
#undef SCA_FILE
#undef SCA_NUMBER
#undef SCA_CHOICE
};

extern struct sca_options sca_options;

/*
 * Set the defaults, then what `text` (NULL: nothing) says. A mistake leaves that option as it was.
 * Call once, before other threads audit.
 */
void sca_options_parse(const char *text);

/* Say the mistakes, one line each, once: when there is something to audit. A program that has
 * nothing to do with smart cards is not told. */
void sca_options_complain(void);

#endif
