/* SPDX-License-Identifier: MIT */
/*
 * trace_flips FILE SEED COUNT: damage copies of a good trace at random; read, dump, judge and
 * render each. Built with -fsanitize=address,undefined it fails on any access the damage provokes;
 * without, on crashes; and always on a control character in an output. Round n uses SEED + n
 * alone; a sanitizer's report ends with the seed to repeat.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "report/output/dump.h"
#include "report/base/memory.h"
#include "report/output/render.h"
#include "report/output/render_live.h"
#include "report/trace/trace.h"

#define REPORT_EVERY 10000

static uint64_t state;
static uint64_t seed; /* of this round */

/* Only there when built with a sanitizer. */
void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

static void print_seed(void)
{
    fprintf(stderr, "trace_flips: repeat with seed %" PRIu64 " and count 1\n", seed);
}

/* splitmix64 */
static uint64_t next_random(uint64_t below)
{
    uint64_t value = state += 0x9e3779b97f4a7c15U;

    value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9U;
    value = (value ^ value >> 27) * 0x94d049bb133111ebU;
    return (value ^ value >> 31) % below;
}

/* Make the check of the record or chunk at a random word right again, so that its content counts.
 */
static void mend_record(uint8_t *bytes, size_t size, size_t offset)
{
    uint64_t *words = (uint64_t *)(bytes + offset);
    uint64_t length = SCA_HEAD_LENGTH(words[0]);
    unsigned type = SCA_HEAD_TYPE(words[0]);
    size_t checked = length < 8 ? 0 : sca_checked_words(type, length);

    if (length >= 8 && checked < size / 8 && offset + 8 + checked * 8 <= size)
        words[0] = sca_head(length, type, sca_check(length, type, words + 1, checked));
}

/* Damage a record found by walking from the first chunk, and give it a matching check. */
static void corrupt_record(uint8_t *bytes, size_t size)
{
    size_t offset = SCA_PAGE, steps = next_random(40);

    while (offset + 8 <= size) {
        uint64_t length = SCA_HEAD_LENGTH(*(uint64_t *)(bytes + offset));

        if (length < 8 || length % 8 != 0 || offset + length > size)
            return;
        if (steps-- == 0) {
            bytes[offset + next_random(length)] ^= (uint8_t)(1U << next_random(8));
            mend_record(bytes, size, offset);
            return;
        }
        offset += length;
    }
}

static void corrupt_header(uint8_t *bytes)
{
    struct sca_header *header = (struct sca_header *)bytes;
    size_t from = offsetof(struct sca_header, flags), to = offsetof(struct sca_header, exit);

    bytes[from + next_random(to - from)] = (uint8_t)next_random(256);
    header->check = sca_check(0, 0, (const uint64_t *)(bytes + from), (to - from) / 8);
}

/* The size that is left. */
static size_t damage(uint8_t *bytes, size_t size)
{
    for (size_t i = 1 + next_random(4); i > 0; i--)
        switch (next_random(7)) {
        case 0:
            size = next_random(16) == 0 ? next_random(size + 1) : size;
            break;
        case 1:
            bytes[next_random(size)] = (uint8_t)next_random(256);
            break;
        case 2:
            bytes[next_random(size)] ^= (uint8_t)(1U << next_random(8));
            break;
        case 3:
            memcpy(bytes + next_random(size / 8) * 8, &(uint64_t){next_random(UINT64_MAX)}, 8);
            break;
        case 4:
            corrupt_header(bytes);
            break;
        default:
            corrupt_record(bytes, size);
            break;
        }
    return size;
}

/* Nothing but text and line ends may come out, whatever went in. */
static void check_escaped(const char *what, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];

        if ((c >= ' ' && c != 0x7f) || c == '\n')
            continue;
        fprintf(stderr, "trace_flips: byte 0x%02x unescaped in %s\n", c, what);
        print_seed();
        exit(1);
    }
}

static void output_damaged(struct trace *trace, const char *what,
                           void (*print)(FILE *, struct trace *))
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);

    if (!out)
        abort();
    print(out, trace);
    fclose(out);
    check_escaped(what, text, length);
    free(text);
}

static void print_dumps(FILE *out, struct trace *trace)
{
    dump_text(out, trace);
    dump_jsonl(out, trace);
}

static void print_reports(FILE *out, struct trace *trace)
{
    const struct render_options options = {.color = false, .fallback_file = "README.md"};
    struct symbols *symbols = symbols_new(false);
    struct report *report = report_build_with_lives(&trace, 1, symbols, NULL);

    render_text(out, report, &options);
    render_json(out, report, &options);
    render_html(out, report, &options);
    report_free(report);
    symbols_free(symbols);
}

/* As what it held at its end, and as what a running process holds. */
static void print_live(FILE *out, struct trace *trace)
{
    struct symbols *symbols = symbols_new(false);
    struct stacks *stacks = stacks_new(&trace, 1, symbols);
    struct live live;
    struct live_view view = {.trace = trace, .live = &live, .stacks = stacks, .children = ""};

    live_look(&live, trace);
    live_compare(&live, &live);
    live_want_stacks(stacks, &live, trace);
    stacks_resolve(stacks);
    render_live(out, &view);
    view.running = view.compared = true;
    view.now_ns = trace_ns(trace, UINT64_MAX);
    render_live(out, &view);
    live_free(&live);
    stacks_free(stacks);
    symbols_free(symbols);
}

static void read_damaged(const char *path)
{
    struct trace *trace;
    char *problem;

    if (trace_open(path, &trace, &problem) == 0) {
        output_damaged(trace, "a dump", print_dumps);
        output_damaged(trace, "a report", print_reports);
        output_damaged(trace, "a look at what is held", print_live);
    } else if (!problem) {
        abort();
    }
    free(problem);
    trace_close(trace);
}

static uint8_t *read_good(const char *path, size_t *size)
{
    FILE *in = fopen(path, "re");
    uint8_t *bytes = NULL;

    if (!in)
        return NULL;
    if (fseek(in, 0, SEEK_END) == 0 && (*size = (size_t)ftell(in)) >= (size_t)2 * SCA_PAGE) {
        rewind(in);
        bytes = xmalloc(*size);
        *size = fread(bytes, 1, *size, in);
    }
    fclose(in);
    return bytes;
}

int main(int argc, char **argv)
{
    uint64_t first = argc == 4 ? strtoull(argv[2], NULL, 0) : 0;
    uint64_t count = argc == 4 ? strtoull(argv[3], NULL, 0) : 0;
    size_t size = 0;
    uint8_t *good = argc == 4 ? read_good(argv[1], &size) : NULL;
    int fd = memfd_create("trace_flips", MFD_CLOEXEC); /* nothing to clean up after a crash */
    uint8_t *bytes;
    char path[64];

    if (!good || fd < 0) {
        fputs("usage: trace_flips FILE SEED COUNT (FILE: a trace with events)\n", stderr);
        exit(2);
    }
    if (__sanitizer_set_death_callback)
        __sanitizer_set_death_callback(print_seed);
    bytes = xmalloc(size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    for (seed = first; seed - first < count; seed++) {
        size_t left;

        if ((seed - first) % REPORT_EVERY == 0) {
            printf("seed %" PRIu64 "\n", seed);
            fflush(stdout);
        }
        state = seed;
        memcpy(bytes, good, size);
        left = damage(bytes, size);
        if (ftruncate(fd, (off_t)left) < 0 || pwrite(fd, bytes, left, 0) != (ssize_t)left) {
            perror("trace_flips");
            exit(2);
        }
        read_damaged(path);
    }
    close(fd);
    free(good);
    free(bytes);
    return 0;
}
