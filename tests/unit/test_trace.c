/* SPDX-License-Identifier: MIT */
/* The trace reader and the dump: good traces, damaged ones, hostile ones, and one being written. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../../report/dump.h"
#include "../../report/trace.h"
#include "trace_builder.h"

static char directory[] = "/tmp/test_trace.XXXXXX";
static char file[64]; /* the trace under test */
static int tests, failures;
static bool passed;

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            passed = false;                                                                        \
            printf("# %s:%d: %s\n", __func__, __LINE__, #condition);                               \
        }                                                                                          \
    } while (0)

static void run(const char *name, void (*test)(void))
{
    passed = true;
    test();
    failures += !passed;
    printf("%sok %d - %s\n", passed ? "" : "not ", ++tests, name);
}

/* ---- helpers -------------------------------------------------------------------------------- */

struct opened {
    int status;
    struct trace *trace;
    char *problem;
};

static struct opened open_trace(void)
{
    struct opened opened;

    opened.status = trace_open(file, &opened.trace, &opened.problem);
    return opened;
}

static void close_trace(struct opened *opened)
{
    trace_close(opened->trace);
    free(opened->problem);
}

static struct opened open_built(struct trace_builder *builder)
{
    builder_write(builder, file);
    builder_free(builder);
    return open_trace();
}

static void write_bytes(const void *bytes, size_t size)
{
    FILE *out = fopen(file, "we");

    if (!out || fwrite(bytes, 1, size, out) != size || fclose(out) != 0) {
        perror(file);
        exit(1);
    }
}

static void poke(uint64_t offset, const void *bytes, size_t size)
{
    int fd = open(file, O_WRONLY | O_CLOEXEC);

    if (fd < 0 || pwrite(fd, bytes, size, (off_t)offset) != (ssize_t)size) {
        perror(file);
        exit(1);
    }
    close(fd);
}

/* Does the problem start with the file's name and hold the format's text? */
static bool __attribute__((format(printf, 2, 3)))
says(const struct opened *opened, const char *format, ...)
{
    char expected[256];
    va_list arguments;
    bool found;

    va_start(arguments, format);
    vsnprintf(expected, sizeof expected, format, arguments);
    va_end(arguments);
    found = opened->problem && strncmp(opened->problem, file, strlen(file)) == 0 &&
            strstr(opened->problem, expected) && !strchr(opened->problem, '\n');
    if (!found)
        printf("# expected: %s\n#      got: %s\n", expected,
               opened->problem ? opened->problem : "no problem");
    return found;
}

#define APP_BUILD_ID "\xab\x01\xff"

/* Module 1 is the program, 2 the provider; provider 1, thread 1 and stack 1 exist. */
static struct trace_builder *new_with_definitions(void)
{
    struct trace_builder *builder = builder_new();

    builder_module(builder, "/usr/bin/app", APP_BUILD_ID, 3, 0);
    builder_module(builder, "/lib/libpcsclite.so.1", "\x99", 1, 0);
    builder_provider(builder, "libpcsclite.so.1", 2);
    builder_thread(builder, 4242, "app");
    builder_stack(builder, 2, (struct sca_frame[]){{0x1234, 1, 0}, {0x7f0012345678, 0, 0}});
    return builder;
}

static uint64_t add_establish(struct trace_builder *builder, uint64_t ctx, uint64_t enter,
                              uint64_t leave)
{
    return builder_event(builder, (struct builder_event){.function = "SCardEstablishContext",
                                                         .thread = 1,
                                                         .stack = 1,
                                                         .provider = 1,
                                                         .object = ctx,
                                                         .enter = enter,
                                                         .leave = leave,
                                                         .first = true});
}

static uint64_t add_release(struct trace_builder *builder, uint64_t ctx, uint64_t enter,
                            uint64_t leave)
{
    return builder_event(builder, (struct builder_event){.function = "SCardReleaseContext",
                                                         .thread = 1,
                                                         .stack = 1,
                                                         .provider = 1,
                                                         .object = ctx,
                                                         .enter = enter,
                                                         .leave = leave,
                                                         .first = true});
}

/* Every kind of record in one small trace; two events. */
static struct trace_builder *new_full(void)
{
    struct trace_builder *builder = new_with_definitions();

    add_establish(builder, 0x1f, 2000, 2500);
    builder_clock(builder, 2600, 2600);
    builder_blind(builder, SCA_BLIND_HEAP, 2);
    builder_unaudited(builder, 2, "SCardOne SCardTwo", 3);
    builder_args(builder, "app\0--pin", 10);
    builder_reserved(builder, 72);
    add_release(builder, 0x1f, 3000, 3300);
    return builder;
}

/* ---- good traces ---------------------------------------------------------------------------- */

static void test_good(void)
{
    struct trace_builder *builder = new_full();
    struct opened opened;
    struct trace *trace;

    builder_exit(builder, SCA_END_EXIT, 4000, 7);
    opened = open_built(builder);
    trace = opened.trace;
    CHECK(opened.status == 0 && trace);
    if (!trace)
        return;
    CHECK(opened.problem == NULL);
    CHECK(strcmp(trace->path, file) == 0);
    CHECK(trace->pid == 4242 && trace->ppid == 4241 && trace->argc == 1 && trace->depth == 32);
    CHECK(strcmp(trace->executable, "/usr/bin/app") == 0 && strcmp(trace->run_id, "test") == 0);
    CHECK(trace->end == SCA_END_EXIT && trace->status == 7);
    CHECK(!trace->exec && !trace->running && trace->complete && trace->stop == SCA_STOP_NONE);
    CHECK(trace->modules_count == 3 && strcmp(trace->modules[1].path, "/usr/bin/app") == 0);
    CHECK(trace->modules[1].build_id_size == 3 &&
          memcmp(trace->modules[1].build_id, APP_BUILD_ID, 3) == 0);
    CHECK(trace->providers_count == 2 && trace->providers[1].module == 2);
    CHECK(strcmp(trace->providers[1].name, "libpcsclite.so.1") == 0);
    CHECK(trace->threads_count == 2 && trace->threads[1].tid == 4242);
    CHECK(strcmp(trace->threads[1].name, "app") == 0);
    CHECK(trace->stacks_count == 2 && trace->stacks[1].count == 2);
    CHECK(trace->stacks[1].frames[0].module == 1 && trace->stacks[1].frames[0].offset == 0x1234);
    CHECK(trace->stacks[1].frames[1].module == 0);
    CHECK(trace->stacks[0].count == 0);
    CHECK(trace->blind_spots_count == 2 && trace->blind_spots[0].module == 2);
    CHECK(trace->blind_spots[1].code == SCA_BLIND_UNKNOWN_EXPORT);
    CHECK(trace->blind_spots[1].module == 2 && trace->blind_spots[1].left_out == 3);
    CHECK(!strcmp(trace->blind_spots[1].names, "SCardOne SCardTwo"));
    CHECK(trace->args_count == 2 && strcmp(trace->args[1], "--pin") == 0);
    CHECK(trace->events_count == 2 && trace->calls == 2);
    CHECK(strcmp(trace->events[0].function->name, "SCardEstablishContext") == 0);
    CHECK(trace->events[0].object == 0x1f && trace->events[0].leave == 2500);
    CHECK(trace->events[1].enter == 3000 && trace->events[1].thread == 1);
    CHECK(trace_ns(trace, 999) == 0 && trace_ns(trace, 2500) == 1500);
    close_trace(&opened);
}

static void test_no_events(void)
{
    struct opened opened = open_built(builder_new());

    CHECK(opened.status == 0 && !opened.problem);
    CHECK(opened.trace->events_count == 0 && opened.trace->complete);
    close_trace(&opened);
}

static void test_executable_named(void)
{
    struct trace_builder *builder = builder_new();
    struct opened opened;

    builder_module(builder, "", NULL, 0, 0);
    opened = open_built(builder);
    CHECK(!opened.problem && strcmp(opened.trace->modules[1].path, "/usr/bin/app") == 0);
    close_trace(&opened);
}

static void test_pending(void)
{
    struct trace_builder *builder = new_with_definitions();
    uint64_t offset;
    struct opened opened;

    add_release(builder, 0x1f, 3000, 0);
    opened = open_built(builder);
    CHECK(!opened.problem && opened.trace->complete && opened.trace->end == SCA_END_NONE);
    CHECK(opened.trace->events_count == 1 && opened.trace->events[0].leave == 0);
    close_trace(&opened);

    builder = new_with_definitions();
    offset = add_establish(builder, 0x1f, 3000, 0);
    opened = open_built(builder);
    CHECK(says(&opened, "acquisition without an end at offset 0x%" PRIx64, offset));
    CHECK(opened.trace->events_count == 0 && !opened.trace->complete);
    close_trace(&opened);
}

/* A record of which not even the length was written, in a process that has ended. */
static void test_gap(void)
{
    struct trace_builder *builder = new_with_definitions();
    struct opened opened;
    uint64_t lost;
    size_t size;

    add_establish(builder, 1, 2000, 2500);
    lost = add_release(builder, 1, 3000, 3100);
    add_establish(builder, 2, 4000, 4100);
    builder_exit(builder, SCA_END_EXIT, 5000, 0);
    memset(builder_bytes(builder, &size) + lost, 0, sizeof(struct sca_call_record));
    opened = open_built(builder);
    CHECK(opened.status == 0 && !opened.problem);
    CHECK(opened.trace->events_count == 2 && opened.trace->events[1].object == 2);
    close_trace(&opened);
}

static void test_holes(void)
{
    struct trace_builder *builder = new_with_definitions();
    struct opened opened;
    uint64_t reserved;

    builder_hole(builder, 3);
    builder_chunk(builder, SCA_CHUNK);
    add_establish(builder, 1, 2000, 2500);
    builder_reserved(builder, 8);
    builder_reserved(builder, 4000);
    add_release(builder, 1, 3000, 3100);
    builder_hole(builder, 20);
    reserved = builder_hole(builder, 1);
    builder_chunk(builder, SCA_PAGE);
    add_establish(builder, 2, 4000, 4100);
    builder_write(builder, file);
    builder_free(builder);
    /* A chunk header that never came to be, and the pages the process never reached. */
    poke(reserved,
         &(uint64_t){sca_head(sizeof(struct sca_chunk), SCA_REC_RESERVED,
                              sca_check(sizeof(struct sca_chunk), SCA_REC_RESERVED, NULL, 0))},
         8);
    CHECK(truncate(file, (off_t)1 << 32) == 0);
    opened = open_trace();
    CHECK(opened.status == 0 && !opened.problem);
    CHECK(opened.trace->events_count == 3);
    close_trace(&opened);
}

static void test_order(void)
{
    static const uint64_t expected[] = {5, 1, 2, 3, 4, 6};
    struct trace_builder *builder = new_with_definitions();
    struct opened opened;

    add_establish(builder, 1, 1000, 2000);
    add_release(builder, 2, 2000, 9000); /* a tie with 1, and later in the file */
    add_establish(builder, 4, 1500, 5000);
    builder_chunk(builder, SCA_PAGE);
    add_release(builder, 3, 2000, 2001);
    add_release(builder, 5, 1999, 0);
    add_establish(builder, 6, 1999, 5000);
    opened = open_built(builder);
    CHECK(!opened.problem && opened.trace->events_count == 6);
    for (size_t i = 0; i < 6; i++)
        CHECK(opened.trace->events[i].object == expected[i]);
    close_trace(&opened);
}

/* Many short runs: against the definition of sorted. */
static void test_order_of_many(void)
{
    struct trace_builder *builder = new_with_definitions();
    struct opened opened;
    uint64_t random = 1;

    for (uint64_t i = 0; i < 20000; i++) {
        random = random * 6364136223846793005U + 1442695040888963407U;
        add_release(builder, i, 2000 + (random >> 52), 0);
    }
    opened = open_built(builder);
    CHECK(!opened.problem && opened.trace->events_count == 20000);
    for (size_t i = 1; i < opened.trace->events_count; i++) {
        const struct trace_event *a = &opened.trace->events[i - 1], *b = a + 1;

        if (a->enter > b->enter || (a->enter == b->enter && a->offset >= b->offset)) {
            CHECK(!"sorted");
            break;
        }
    }
    close_trace(&opened);
}

static void test_tsc(void)
{
    struct trace_builder *builder = builder_new();
    struct opened opened;

    builder_header(builder)->clock = SCA_CLOCK_TSC;
    builder_header(builder)->start_clock = 1000000;
    builder_header(builder)->start_ns = 500;
    builder_chunk_anchor(builder, 2000000, 1000500); /* 1 ns a tick */
    builder_chunk(builder, SCA_PAGE);
    builder_clock(builder, 3000000, 3000500); /* 2 ns a tick */
    builder_clock(builder, 2500000, 100);     /* runs backwards: ignored */
    builder_clock(builder, 10, UINT64_MAX);   /* before the start: ignored */
    opened = open_built(builder);
    CHECK(!opened.problem);
    CHECK(trace_ns(opened.trace, 1000000) == 0 && trace_ns(opened.trace, 0) == 0);
    CHECK(trace_ns(opened.trace, 1500000) == 500000);
    CHECK(trace_ns(opened.trace, 2500000) == 2000000);
    CHECK(trace_ns(opened.trace, 3000000) == 3000000);
    CHECK(trace_ns(opened.trace, 5000000) == 6000000); /* the mean, 1.5 ns, goes on */
    CHECK(trace_ns(opened.trace, UINT64_MAX) == UINT64_MAX);
    close_trace(&opened);
}

static void test_marks(void)
{
    static const struct {
        uint64_t exec, end;
        bool holds;
    } cases[] = {{4000, 0, true}, {3300, 0, true}, {3299, 0, false}, {4000, 5000, false}};
    struct opened opened;

    for (size_t i = 0; i < 2 * (sizeof cases / sizeof *cases); i++) {
        struct trace_builder *builder = new_full(); /* its last time is 3300 */
        bool unaudited = i % 2;

        builder_exec(builder, cases[i / 2].exec);
        if (unaudited)
            builder_header(builder)->exec.word = sca_mark_word(cases[i / 2].exec, 1, 1);
        if (cases[i / 2].end)
            builder_exit(builder, SCA_END__EXIT, cases[i / 2].end, 0);
        opened = open_built(builder);
        CHECK(!opened.problem && opened.trace->complete);
        CHECK(opened.trace->exec == cases[i / 2].holds && !opened.trace->running);
        CHECK(opened.trace->blind_spots_count == 2U + (unaudited && cases[i / 2].holds));
        if (opened.trace->blind_spots_count == 3)
            CHECK(opened.trace->blind_spots[2].code == SCA_BLIND_NO_FOLLOW);
        close_trace(&opened);
    }
    for (int kind = SCA_STOP_LIMIT; kind <= SCA_STOP_SECCOMP; kind++) {
        struct trace_builder *builder = new_full();

        builder_stop(builder, (enum sca_stop)kind, 3400);
        opened = open_built(builder);
        CHECK(!opened.problem && !opened.trace->complete && opened.trace->stop == (unsigned)kind);
        close_trace(&opened);
    }
}

static uint64_t own_start_ticks(void)
{
    char line[1024];
    FILE *stat = fopen("/proc/self/stat", "re");
    size_t length = stat ? fread(line, 1, sizeof line - 1, stat) : 0;
    unsigned long long ticks = 0;

    line[length] = '\0';
    sscanf(strrchr(line, ')') + 1,
           " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
           &ticks);
    if (stat)
        fclose(stat);
    return ticks;
}

static void test_running(void)
{
    for (int i = 0; i < 4; i++) {
        struct trace_builder *builder = new_full();
        struct opened opened;

        builder_header(builder)->pid = (uint32_t)getpid();
        builder_header(builder)->start_ticks = own_start_ticks() + (i == 1);
        if (i == 2)
            builder_exit(builder, SCA_END_EXIT, 4000, 0);
        if (i == 3)
            builder_exec(builder, 4000);
        opened = open_built(builder);
        CHECK(!opened.problem && opened.trace->running == (i == 0));
        CHECK(opened.trace->events_count == 2);
        close_trace(&opened);
    }
}

/* ---- not a trace ---------------------------------------------------------------------------- */

static void expect_refusal(const char *text)
{
    struct opened opened = open_trace();

    CHECK(opened.status == -1 && opened.trace == NULL);
    CHECK(says(&opened, "%s", text));
    close_trace(&opened);
}

static void test_refused(void)
{
    struct trace_builder *builder = new_full();
    size_t size;
    uint8_t *bytes = builder_bytes(builder, &size);

    unlink(file);
    expect_refusal("cannot be opened (No such file or directory)");
    CHECK(mkfifo(file, 0600) == 0);
    expect_refusal("not a regular file");
    unlink(file);
    CHECK(mkdir(file, 0700) == 0);
    expect_refusal("not a regular file");
    rmdir(file);
    write_bytes("", 0);
    expect_refusal("empty file: no data at offset 0x0");
    write_bytes("#!/bin/sh\n", 10);
    expect_refusal("not a scardaudit trace: no magic at offset 0x0");
    write_bytes(bytes, 5);
    expect_refusal("truncated header: data ends at offset 0x5");
    write_bytes(bytes, SCA_PAGE - 1);
    expect_refusal("truncated header: data ends at offset 0xfff");
    write_bytes(bytes, size);
    poke(8, &(uint32_t){7}, 4);
    expect_refusal("trace format version 7 at offset 0x8; this program reads version 1");
    poke(8, &(uint32_t[]){SCA_VERSION, 4}, 8);
    expect_refusal("word size 4 at offset 0xc; this program reads 8");
    builder_free(builder);
}

/* ---- damage --------------------------------------------------------------------------------- */

/* Flip each bit of [from, to) in the built trace; every flip must be noticed if `strict`. */
static void flip_bits(struct trace_builder *builder, size_t from, size_t to, bool strict)
{
    size_t size, unnoticed = 0;
    uint8_t *bytes = builder_bytes(builder, &size);

    write_bytes(bytes, size);
    for (size_t bit = from * 8; bit < to * 8; bit++) {
        uint8_t flipped = bytes[bit / 8] ^ (uint8_t)(1U << bit % 8);
        struct opened opened;

        poke(bit / 8, &flipped, 1);
        opened = open_trace();
        poke(bit / 8, bytes + bit / 8, 1);
        if (strict && (!opened.problem || (opened.trace && opened.trace->complete)) &&
            unnoticed++ == 0)
            printf("# unnoticed: bit %zu of offset 0x%zx\n", bit % 8, bit / 8);
        close_trace(&opened);
    }
    CHECK(unnoticed == 0);
}

static void test_header_flips(void)
{
    struct trace_builder *builder = new_full();

    flip_bits(builder, 0, SCA_PAGE, true);
    builder_free(builder);
}

static void test_mark_flips(void)
{
    struct trace_builder *builder = new_full();

    builder_exit(builder, SCA_END_EXIT, 123456789012, 3);
    builder_exec(builder, 123456789000);
    builder_stop(builder, SCA_STOP_SKIPPED, 123456780000);
    flip_bits(builder, offsetof(struct sca_header, exit), sizeof(struct sca_header), true);
    builder_free(builder);
}

static void test_record_flips(void)
{
    struct trace_builder *builder = new_full();
    size_t size, offset = SCA_PAGE;
    const uint8_t *bytes = builder_bytes(builder, &size);

    for (;;) {
        uint64_t head;
        size_t length, checked;

        memcpy(&head, bytes + offset, 8);
        if (head == 0)
            break;
        length = SCA_HEAD_LENGTH(head);
        checked = 8 + 8 * sca_checked_words(SCA_HEAD_TYPE(head), length);
        flip_bits(builder, offset, offset + checked, true);
        flip_bits(builder, offset + checked, offset + length, false);
        offset += length;
    }
    builder_free(builder);
}

static void truncate_everywhere(bool ended)
{
    struct trace_builder *builder = new_full();
    size_t size;
    const uint8_t *bytes;

    builder_chunk(builder, SCA_PAGE);
    add_establish(builder, 5, 7000, 8000);
    if (ended)
        builder_exit(builder, SCA_END_EXIT, 9000, 0);
    bytes = builder_bytes(builder, &size);
    write_bytes(bytes, size);
    for (size_t length = size; length-- > 0;) {
        struct opened opened;

        CHECK(truncate(file, (off_t)length) == 0);
        opened = open_trace();
        CHECK(opened.status == (length < SCA_PAGE ? -1 : 0));
        if (length >= SCA_PAGE)
            CHECK(says(&opened, "data ends at offset 0x%zx", length));
        CHECK(!opened.problem || !strstr(opened.problem, "further"));
        CHECK(opened.trace == NULL || !opened.trace->complete);
        close_trace(&opened);
        if (!passed)
            break;
    }
    builder_free(builder);
}

static void test_truncation(void)
{
    truncate_everywhere(false);
    truncate_everywhere(true);
}

/* Without an extent mark the chunk itself tells. */
static void test_truncated_chunk(void)
{
    struct trace_builder *builder = new_full();
    size_t size;
    uint8_t *bytes = builder_bytes(builder, &size);
    struct opened opened;

    memset(&builder_header(builder)->extent, 0, sizeof(struct sca_mark));
    write_bytes(bytes, size - 8);
    opened = open_trace();
    CHECK(says(&opened, "truncated (0x2000 bytes were written): data ends at offset 0x1ff8; "
                        "2 events before it were kept"));
    close_trace(&opened);
    builder_free(builder);
}

static void test_salvage(void)
{
    struct trace_builder *builder = new_with_definitions();
    uint64_t first, chunk, record;
    struct opened opened;

    add_establish(builder, 1, 2000, 2100);
    first = add_establish(builder, 2, 2200, 2300);
    add_establish(builder, 3, 2400, 2500); /* lost with the record before it */
    chunk = builder_chunk(builder, 4 * SCA_PAGE);
    for (int i = 0; i < 200; i++)
        add_release(builder, 9, 2600, 2700);
    builder_chunk(builder, SCA_PAGE);
    add_establish(builder, 4, 2800, 2900);
    builder_write(builder, file);
    poke(first + offsetof(struct sca_call_record, object), "!", 1);
    opened = open_trace();
    CHECK(says(&opened,
               "damaged record at offset 0x%" PRIx64
               "; 1 events before it and 201 behind it were kept",
               first));
    CHECK(!opened.trace->complete && opened.trace->events_count == 202);
    close_trace(&opened);

    poke(chunk + offsetof(struct sca_chunk, clock), "!", 1); /* and its other pages are ruins */
    opened = open_trace();
    CHECK(says(&opened, "behind it were kept; 1 further place is damaged"));
    CHECK(opened.trace->events_count == 2 && opened.trace->events[1].object == 4);
    close_trace(&opened);
    builder_free(builder);

    builder = new_with_definitions();
    chunk = builder_hole(builder, 1);
    builder_chunk(builder, SCA_PAGE);
    record = add_establish(builder, 4, 2800, 2900);
    builder_write(builder, file);
    builder_free(builder);
    poke(chunk, "some text where a chunk should be, longer than its header would be, of 48", 73);
    opened = open_trace();
    CHECK(says(&opened, "no chunk starts at offset 0x%" PRIx64, chunk));
    CHECK(opened.trace->events_count == 1 && opened.trace->events[0].offset == record);
    close_trace(&opened);
}

static void expect_chunk_problem(uint64_t offset, uint64_t size, const char *text)
{
    struct trace_builder *builder = new_with_definitions();
    struct sca_chunk chunk = {.offset = offset, .size = size};
    uint64_t place = builder_hole(builder, 1);
    struct opened opened;
    uint64_t words[4] = {offset, size, 0, 0};

    chunk.head =
        sca_head(sizeof chunk, SCA_REC_CHUNK, sca_check(sizeof chunk, SCA_REC_CHUNK, words, 4));
    builder_write(builder, file);
    builder_free(builder);
    poke(place, &chunk, sizeof chunk);
    opened = open_trace();
    CHECK(says(&opened, "%s", text));
    close_trace(&opened);
}

static void test_hostile_chunks(void)
{
    expect_chunk_problem(0x1000, SCA_PAGE, "misplaced chunk at offset 0x2000");
    expect_chunk_problem(0x2000, 0, "chunk of an impossible size at offset 0x2000");
    expect_chunk_problem(0x2000, 100, "chunk of an impossible size at offset 0x2000");
    expect_chunk_problem(0x2000, -(uint64_t)SCA_PAGE,
                         "chunk of an impossible size at offset 0x2000");
    expect_chunk_problem(0x2000, (uint64_t)1 << 40,
                         "truncated (0x10000002000 bytes were written): data ends at offset "
                         "0x3000");
}

/* ---- hostile records ------------------------------------------------------------------------ */

/* A valid trace but for one record of this content. */
static void expect_record_problem(unsigned type, const void *words, size_t count, const char *text)
{
    struct trace_builder *builder = new_with_definitions();
    uint64_t offset = builder_record(builder, type, words, count);
    struct opened opened;

    add_establish(builder, 1, 2000, 2100);
    opened = open_built(builder);
    CHECK(opened.status == 0);
    CHECK(says(&opened, "%s at offset 0x%" PRIx64, text, offset));
    CHECK(opened.trace->events_count > 0 && !opened.trace->complete);
    close_trace(&opened);
}

/* The allocator is no provider; whatever else calls a function is one's. */
static void test_allocator(void)
{
    struct sca_acquire_record acquire = {.call.thread = 1};
    struct sca_call_record call = {.thread = 1,
                                   .function = 101, /* free */
                                   .flags = 0xff,
                                   .object = 0x5500,
                                   .enter = 2000,
                                   .result = ~0ULL,
                                   .leave = 1000};
    const uint64_t *words = (const uint64_t *)&call + 1;
    size_t count = sizeof call / 8 - 1;
    struct trace_builder *builder = new_with_definitions();
    struct opened opened;

    builder_record(builder, SCA_REC_CALL, words, count);
    builder_event(builder, (struct builder_event){.function = "quarantine",
                                                  .thread = 1,
                                                  .object = 0x5500,
                                                  .companion = ~0ULL,
                                                  .enter = 3000,
                                                  .leave = 3000});
    opened = open_built(builder);
    CHECK(opened.status == 0 && !opened.problem && opened.trace->complete);
    CHECK(opened.trace->events_count == 2 && opened.trace->events[0].provider == 0);
    CHECK(opened.trace->events[0].flags == 0xff && opened.trace->events[1].flags == 0);
    CHECK(opened.trace->events[1].companion == ~0ULL);
    close_trace(&opened);

    call.provider = 9;
    expect_record_problem(SCA_REC_CALL, words, count,
                          "reference to provider 9, which is defined nowhere");
    call.provider = 0;
    call.thread = 0;
    expect_record_problem(SCA_REC_CALL, words, count, "event without thread or provider");
    call.thread = 1;
    call.effect = 1;
    expect_record_problem(SCA_REC_CALL, words, count, "impossible effect 1 of free");
    call.effect = 0;
    call.function = 2;
    expect_record_problem(SCA_REC_CALL, words, count, "event without thread or provider");
    acquire.call.function = 106;
    expect_record_problem(SCA_REC_ACQUIRE, (const uint64_t *)&acquire + 1, sizeof acquire / 8 - 1,
                          "impossible effect 0 of quarantine");
}

/* The program's own deallocator is no provider's either. */
static void test_user_deallocator(void)
{
    struct trace_builder *builder = new_with_definitions();
    struct opened opened;

    builder_event(builder, (struct builder_event){.function = "midl_user_free",
                                                  .thread = 1,
                                                  .stack = 1,
                                                  .object = 0x5500,
                                                  .enter = 2000,
                                                  .leave = 2100});
    opened = open_built(builder);
    CHECK(opened.status == 0 && !opened.problem && opened.trace->events_count == 1);
    CHECK(opened.trace->events[0].provider == 0 && opened.trace->calls == 0);
    close_trace(&opened);
}

/* A thread's end counts unless a destructor of it went on. */
static void test_thread_end(void)
{
    struct trace_builder *builder = new_with_definitions();
    struct opened opened;

    builder_thread(builder, 4243, "worker");
    builder_thread(builder, 4244, "other");
    builder_thread_end(builder, 2, 1500);
    builder_thread_end(builder, 1, 1600);
    add_establish(builder, 0x1f, 2000, 2500);
    builder_thread_end(builder, 2, 1700);
    opened = open_built(builder);
    CHECK(!opened.problem && opened.trace->complete);
    CHECK(opened.trace->threads[2].ended == 1700 && opened.trace->threads[1].ended == 0);
    CHECK(opened.trace->threads[3].ended == 0 && opened.trace->threads[0].ended == 0);
    close_trace(&opened);

    builder = new_with_definitions();
    add_establish(builder, 0x1f, 2000, 2500);
    builder_thread_end(builder, 1, 3000);
    opened = open_built(builder);
    CHECK(opened.trace->threads[1].ended == 3000);
    close_trace(&opened);

    builder = new_with_definitions();
    builder_thread_end(builder, 9, 3000);
    opened = open_built(builder);
    CHECK(opened.problem && strstr(opened.problem, "thread 9, which is defined nowhere"));
    CHECK(!opened.trace->complete && opened.trace->threads[0].ended == 0);
    close_trace(&opened);
}

static void test_hostile_records(void)
{
    struct sca_call_record call = {
        .thread = 1, .stack = 1, .function = 2, .provider = 1, .enter = 2000};
    const uint64_t *words = (const uint64_t *)&call + 1;
    size_t count = sizeof call / 8 - 1;

    call.function = 999;
    expect_record_problem(SCA_REC_CALL, words, count, "unknown function 999");
    call.function = 2;
    call.effect = 1;
    expect_record_problem(SCA_REC_CALL, words, count, "impossible effect 1 of SCardReleaseContext");
    call.effect = 255;
    expect_record_problem(SCA_REC_CALL, words, count,
                          "impossible effect 255 of SCardReleaseContext");
    call.effect = 0;
    call.function = 1; /* acquires: belongs into an ACQUIRE record */
    expect_record_problem(SCA_REC_CALL, words, count,
                          "impossible effect 0 of SCardEstablishContext");
    call.function = 2;
    call.thread = 9;
    expect_record_problem(SCA_REC_CALL, words, count,
                          "reference to thread 9, which is defined nowhere");
    call.thread = 0;
    expect_record_problem(SCA_REC_CALL, words, count, "event without thread or provider");
    call.thread = 1;
    call.provider = 0xffff;
    expect_record_problem(SCA_REC_CALL, words, count,
                          "reference to provider 65535, which is defined nowhere");
    call.provider = 1;
    call.stack = 0xffffffff;
    expect_record_problem(SCA_REC_CALL, words, count,
                          "reference to stack 4294967295, which is defined nowhere");
    /* number 0, lengths beyond the record, too many frames, contradictions */
    expect_record_problem(SCA_REC_THREAD, (uint64_t[]){0, 0, 0}, 3, "impossible definition");
    expect_record_problem(SCA_REC_THREAD, (uint64_t[]){1, 0, 0}, 3,
                          "contradicting definition of thread 1");
    expect_record_problem(SCA_REC_MODULE, (uint64_t[]){7, 0, 0, 0, 0xffffffff}, 5,
                          "impossible definition");
    expect_record_problem(SCA_REC_MODULE, (uint64_t[]){7, 0, 0, 0, 33ULL << 32, 0, 0, 0, 0, 0}, 10,
                          "impossible definition");
    expect_record_problem(SCA_REC_PROVIDER, (uint64_t[]){7, 1 | 9ULL << 32, 0}, 3,
                          "impossible definition");
    expect_record_problem(SCA_REC_PROVIDER, (uint64_t[]){7 | 55ULL << 32, 1 | 8ULL << 32, 65}, 3,
                          "reference to module 55, which is defined nowhere");
    expect_record_problem(SCA_REC_STACK, (uint64_t[]){7 | 2ULL << 32, 0, 0, 0}, 4,
                          "impossible definition");
    expect_record_problem(SCA_REC_STACK, (uint64_t[]){7 | 1ULL << 32, 0, 5, 77}, 4,
                          "reference to module 77, which is defined nowhere");
    expect_record_problem(SCA_REC_BLIND, (uint64_t[]){1 | 3ULL << 32}, 1,
                          "reference to module 3, which is defined nowhere");
    expect_record_problem(SCA_REC_ARGS, (uint64_t[]){9, 0}, 2, "impossible arguments");
    expect_record_problem(SCA_REC_BLIND, (uint64_t[]){SCA_BLIND_UNKNOWN_EXPORT}, 1,
                          "impossible names");
    expect_record_problem(SCA_REC_BLIND, (uint64_t[]){SCA_BLIND_UNKNOWN_EXPORT, 9ULL << 32, 0}, 3,
                          "impossible names");
}

/* Records too short for their type, a chunk in a chunk, a length that leaves the chunk. */
static void test_hostile_lengths(void)
{
    for (unsigned type = SCA_REC_CHUNK; type <= SCA_REC_ACQUIRE; type++) {
        struct trace_builder *builder = new_with_definitions();
        uint64_t offset, head = sca_head(8, type, sca_check(8, type, NULL, 0));
        struct opened opened;

        add_establish(builder, 1, 2000, 2100);
        offset = builder_reserved(builder, 8);
        builder_write(builder, file);
        builder_free(builder);
        poke(offset, &head, 8);
        opened = open_trace();
        CHECK(says(&opened, "damaged record at offset 0x%" PRIx64 "; 1 events before it", offset));
        close_trace(&opened);
        for (uint64_t length = 0; length < 1 << 24; length = length * 3 + 1) {
            head = sca_head(length, type, 0x12345678);
            poke(offset, &head, 8);
            opened = open_trace();
            CHECK(says(&opened, "damaged record at offset 0x%" PRIx64, offset));
            close_trace(&opened);
        }
    }
}

static void test_newer_and_repeated(void)
{
    struct trace_builder *builder = new_with_definitions();
    struct opened opened;
    struct sca_thread_record thread = {.thread = 1, .tid = 4242, .name = "app"};

    builder_record(builder, 200, (uint64_t[]){1, 2, 3}, 3);
    builder_record(builder, SCA_REC_THREAD, (const uint64_t *)&thread + 1, sizeof thread / 8 - 1);
    add_establish(builder, 1, 2000, 2100);
    opened = open_built(builder);
    CHECK(!opened.problem && opened.trace->complete);
    CHECK(opened.trace->events_count == 1 && opened.trace->threads_count == 2);
    close_trace(&opened);
}

/* Numbers cost no memory: only definitions do. */
static void test_huge_numbers(void)
{
    struct trace_builder *builder = new_with_definitions();
    struct opened opened;

    builder_record(builder, SCA_REC_THREAD, (uint64_t[]){0xffffffff | 5ULL << 32, 0, 0}, 3);
    builder_record(builder, SCA_REC_STACK, (uint64_t[]){0xfffffff0, 0}, 2);
    builder_event(builder, (struct builder_event){.function = "SCardReleaseContext",
                                                  .thread = 0xffffffff,
                                                  .stack = 0xfffffff0,
                                                  .provider = 1,
                                                  .enter = 2000});
    opened = open_built(builder);
    CHECK(!opened.problem && opened.trace->threads_count == 3 && opened.trace->stacks_count == 3);
    CHECK(opened.trace->events[0].thread == 2 && opened.trace->events[0].stack == 2);
    CHECK(opened.trace->threads[2].tid == 5);
    close_trace(&opened);
}

static void test_hostile_header(void)
{
    struct trace_builder *builder = new_full();
    struct sca_header *header = builder_header(builder);
    struct opened opened;

    memset(header->executable, 'x', sizeof header->executable);
    header->build_id_size = 255;
    header->clock = 99;
    header->start_clock = UINT64_MAX;
    header->start_ns = UINT64_MAX;
    opened = open_built(builder);
    CHECK(says(&opened, "unknown clock 99 at offset 0x%zx; 2 events were kept; 2 further places",
               offsetof(struct sca_header, clock)));
    CHECK(strlen(opened.trace->executable) == sizeof header->executable);
    CHECK(trace_ns(opened.trace, 5000) == 0 && opened.trace->build_id_size == 0);
    close_trace(&opened);
}

/* ---- a trace that is being written ---------------------------------------------------------- */

#define LIVE_EVENTS 20000
#define LIVE_BURST 16
#define LIVE_CHUNK (4 << 20)

static void store_record(uint8_t *at, const uint64_t *record, size_t length, unsigned type)
{
    _Atomic uint64_t *head = (_Atomic uint64_t *)at;
    uint32_t check = sca_check(length, type, record + 1, sca_checked_words(type, length));

    atomic_store_explicit(
        head, sca_head(length, SCA_REC_RESERVED, sca_check(length, SCA_REC_RESERVED, NULL, 0)),
        memory_order_release);
    memcpy(at + 8, record + 1, length - 8);
    atomic_store_explicit(head, sca_head(length, type, check), memory_order_release);
}

/*
 * Each event uses a stack that was defined just before, in the chunk that lies first in the file
 * and is copied first. Its result is stored before its leave time.
 */
static void write_live(uint8_t *stacks, uint8_t *events)
{
    for (uint32_t i = 1; i <= LIVE_EVENTS; i++) {
        struct sca_stack_record stack = {.stack = 1 + i};
        struct sca_call_record call = {.thread = 1,
                                       .stack = 1 + i,
                                       .function = 2,
                                       .provider = 1,
                                       .object = i,
                                       .enter = 2000 + i};
        struct sca_call_record *written = (struct sca_call_record *)events;

        store_record(stacks, (const uint64_t *)&stack, sizeof stack, SCA_REC_STACK);
        stacks += sizeof stack;
        store_record(events, (const uint64_t *)&call, sizeof call, SCA_REC_CALL);
        events += sizeof call;
        written->result = 1000000 + i;
        atomic_store_explicit(&written->leave, 2000 + i, memory_order_release);
        if (i % LIVE_BURST == 0) /* long enough to be caught at it many times */
            nanosleep(&(struct timespec){.tv_nsec = 1000}, NULL);
    }
}

static void check_live(struct opened *opened)
{
    CHECK(opened->status == 0 && !opened->problem);
    if (opened->problem)
        printf("# %s\n", opened->problem);
    for (size_t i = 0; opened->trace && i < opened->trace->events_count; i++) {
        const struct trace_event *event = &opened->trace->events[i];

        if (event->object != i + 1 || event->stack != i + 2 ||
            (event->leave && event->result != 1000000 + event->object)) {
            CHECK(!"consistent");
            break;
        }
    }
}

static void test_live(void)
{
    struct trace_builder *builder = new_with_definitions();
    uint64_t stacks = builder_chunk(builder, LIVE_CHUNK);
    uint64_t events = builder_chunk(builder, LIVE_CHUNK);
    size_t partial = 0, rounds = 0;
    int status = 0, fd;
    uint8_t *mapped;
    pid_t child;

    builder_header(builder)->pid = (uint32_t)getpid();
    builder_header(builder)->start_ticks = own_start_ticks();
    builder_write(builder, file);
    builder_free(builder);
    fd = open(file, O_RDWR | O_CLOEXEC);
    mapped = mmap(NULL, events + LIVE_CHUNK, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (mapped == MAP_FAILED) {
        CHECK(!"mapped");
        return;
    }
    fflush(stdout);
    child = fork();
    if (child == 0) {
        write_live(mapped + stacks + sizeof(struct sca_chunk),
                   mapped + events + sizeof(struct sca_chunk));
        _exit(0);
    }
    while (passed && waitpid(child, &status, WNOHANG) == 0) {
        struct opened opened = open_trace();

        check_live(&opened);
        CHECK(opened.trace && opened.trace->running);
        partial += opened.trace && opened.trace->events_count > 0 &&
                   opened.trace->events_count < LIVE_EVENTS;
        rounds++;
        close_trace(&opened);
    }
    if (!passed)
        waitpid(child, &status, 0);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    printf("# read %zu times while it was written, %zu times in the middle\n", rounds, partial);
    munmap(mapped, events + LIVE_CHUNK);
}

/* What the process does while its trace is copied: it fills a hole, once the hole was copied. */
static struct {
    uint64_t offset; /* of the hole; 0: nothing is done */
    const uint8_t *bytes;
    size_t size;
    unsigned copies; /* so many more of it are taken before */
} late;

ssize_t __real_pread(int fd, void *buffer, size_t size, off_t offset);
ssize_t __wrap_pread(int fd, void *buffer, size_t size, off_t offset);

ssize_t __wrap_pread(int fd, void *buffer, size_t size, off_t offset)
{
    size_t before = (size_t)(late.offset + SCA_PAGE - (uint64_t)offset);
    int writer;

    if (!late.offset || (uint64_t)offset > late.offset || size <= before || --late.copies > 0)
        return __real_pread(fd, buffer, size, offset);
    CHECK(__real_pread(fd, buffer, before, offset) == (ssize_t)before);
    writer = open(file, O_WRONLY | O_CLOEXEC);
    CHECK(pwrite(writer, late.bytes, late.size, (off_t)late.offset) == (ssize_t)late.size);
    close(writer);
    late.offset = 0;
    return (ssize_t)before +
           __real_pread(fd, (char *)buffer + before, size - before, offset + (off_t)before);
}

/* A chunk is made where the reader has just found a hole, and is filled beyond its first page. */
static void test_live_hole(void)
{
    struct trace_builder *builder = new_with_definitions();
    uint64_t chunk = builder_chunk(builder, SCA_CHUNK);
    uint8_t empty[SCA_CHUNK] = {0};
    struct opened opened;
    size_t size;
    int fd;

    for (uint32_t i = 0; i < 100; i++)
        add_release(builder, 0x1000 + i, 2000 + i, 2000 + i);
    builder_chunk(builder, SCA_CHUNK);
    add_release(builder, 7, 3000, 3000);
    builder_header(builder)->pid = (uint32_t)getpid();
    builder_header(builder)->start_ticks = own_start_ticks();
    builder_write(builder, file);
    fd = open(file, O_WRONLY | O_CLOEXEC);
    CHECK(pwrite(fd, empty, sizeof empty, (off_t)chunk) == (ssize_t)sizeof empty);
    close(fd);
    /* copied twice for the latest time, and then for the events */
    late.offset = chunk;
    late.bytes = builder_bytes(builder, &size) + chunk;
    late.size = SCA_CHUNK;
    late.copies = 3;
    opened = open_trace();
    CHECK(late.offset == 0);
    CHECK(opened.status == 0 && !opened.problem && opened.trace->complete);
    if (opened.problem)
        printf("# %s\n", opened.problem);
    CHECK(opened.trace && opened.trace->running && opened.trace->events_count == 101);
    close_trace(&opened);
    builder_free(builder);
}

/* What is behind the part in use when the reading began is left for the next look. */
static void test_live_end(void)
{
    struct trace_builder *builder = new_with_definitions();
    struct sca_mark extent = {0};
    struct opened opened;

    add_release(builder, 7, 2000, 2000);
    extent.word = sca_mark_word(0, 1, (uint32_t)(builder_chunk(builder, SCA_CHUNK) / SCA_PAGE));
    add_release(builder, 8, 3000, 3000);
    builder_header(builder)->pid = (uint32_t)getpid();
    builder_header(builder)->start_ticks = own_start_ticks();
    builder_write(builder, file);
    poke(offsetof(struct sca_header, extent), &extent, sizeof extent);
    opened = open_trace();
    CHECK(opened.status == 0 && !opened.problem);
    CHECK(opened.trace && opened.trace->running && opened.trace->events_count == 1);
    close_trace(&opened);
    builder_free(builder);
}

/* ---- dump ----------------------------------------------------------------------------------- */

static char *dump(void (*function)(FILE *, const struct trace *), const struct trace *trace)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    function(out, trace);
    fclose(out);
    return text;
}

static void check_text(const char *actual, const char *expected)
{
    if (strcmp(actual, expected) == 0)
        return;
    passed = false;
    printf("# expected:\n%s# got:\n%s", expected, actual);
}

static struct trace_builder *new_hostile(void)
{
    struct trace_builder *builder = builder_new();

    builder_module(builder, "/tmp/\x1b[31m\xff\n\"a", NULL, 0, 0);
    builder_provider(builder, "lib\n\xfe.so", 1);
    builder_thread(builder, 7, "\x1b]0;\x07");
    builder_stack(builder, 2, (struct sca_frame[]){{0x10, 1, 0}, {0x20, 0, 0}});
    builder_event(builder, (struct builder_event){.function = "SCardListReaders",
                                                  .effect = 1,
                                                  .thread = 1,
                                                  .stack = 1,
                                                  .provider = 1,
                                                  .object = 0x5500,
                                                  .companion = 0x1f,
                                                  .enter = 2000,
                                                  .leave = 3000,
                                                  .result = 0,
                                                  .size = 12,
                                                  .first = true});
    builder_event(builder, (struct builder_event){.function = "SCardReleaseContext",
                                                  .thread = 1,
                                                  .provider = 1,
                                                  .object = 0x1f,
                                                  .enter = 1000004000});
    builder_event(builder, (struct builder_event){.function = "operator delete[]",
                                                  .thread = 1,
                                                  .flags = SCA_CALL_QUARANTINED |
                                                           SCA_CALL_RELEASING | SCA_CALL_ABSORBED,
                                                  .object = 0x5500,
                                                  .enter = 1000005000,
                                                  .leave = 1000005000});
    builder_event(builder, (struct builder_event){.function = "quarantine",
                                                  .thread = 1,
                                                  .object = 0x5500,
                                                  .companion = 3,
                                                  .enter = 1000006000,
                                                  .leave = 1000006000});
    return builder;
}

static void test_dump_jsonl(void)
{
    struct opened opened = open_built(new_hostile());
    char *text = dump(dump_jsonl, opened.trace);

    check_text(
        text,
        "{\"seq\":1,\"time_ns\":2000,\"thread\":1,\"event\":\"acquire\","
        "\"function\":\"SCardListReaders\",\"provider\":\"lib\\n\\\\xfe.so\","
        "\"object\":\"0x5500\",\"companion\":\"0x1f\",\"result\":\"0x0\",\"enter_ns\":1000,"
        "\"leave_ns\":2000,\"stack\":[{\"module\":\"/tmp/\\u001B[31m\\\\xff\\n\\\"a\","
        "\"build_id\":null,\"offset\":\"0x10\"},"
        "{\"module\":null,\"build_id\":null,\"offset\":\"0x20\"}]}\n"
        "{\"seq\":2,\"time_ns\":1000003000,\"thread\":1,\"event\":\"release\","
        "\"function\":\"SCardReleaseContext\",\"provider\":\"lib\\n\\\\xfe.so\","
        "\"object\":\"0x1f\",\"companion\":null,\"result\":\"pending\",\"enter_ns\":1000003000,"
        "\"leave_ns\":null,\"stack\":[]}\n"
        "{\"seq\":3,\"time_ns\":1000004000,\"thread\":1,\"event\":\"free\","
        "\"function\":\"operator delete[]\",\"provider\":null,\"object\":\"0x5500\","
        "\"companion\":null,\"result\":\"0x0\",\"enter_ns\":1000004000,"
        "\"leave_ns\":1000004000,\"stack\":[]}\n"
        "{\"seq\":4,\"time_ns\":1000005000,\"thread\":1,\"event\":\"damage\","
        "\"function\":\"quarantine\",\"provider\":null,\"object\":\"0x5500\","
        "\"companion\":\"0x3\",\"result\":\"0x0\",\"enter_ns\":1000005000,"
        "\"leave_ns\":1000005000,\"stack\":[]}\n");
    free(text);
    close_trace(&opened);
}

static void test_dump_text(void)
{
    struct trace_builder *builder = new_hostile();
    struct opened opened;
    char expected[1024];
    char *text;

    builder_unaudited(builder, 1, "SCard\x1b", 0);
    opened = open_built(builder);
    text = dump(dump_text, opened.trace);

    snprintf(expected, sizeof expected,
             "trace       %s\n"
             "executable  /usr/bin/app\n"
             "build-id    \n"
             "run         test\n"
             "process     4242, parent 4241\n"
             "arguments   1\n"
             "started     2023-11-14T22:13:20.000000000Z\n"
             "end         unknown\n"
             "blind spot  /tmp/\\x1b[31m\\xff\\x0a\"a exports SCard\\x1b, which scardaudit does "
             "not know: "
             "calls to it are not audited\n"
             "events      4 in 1 calls, complete\n"
             "\n"
             "     0.000002000 T1 \"\\x1b]0;\\x07\" SCardListReaders acquire autoallocate 0x5500"
             " of 0x1f, 12 bytes, result 0x0, stack 1\n"
             "     1.000003000 T1 \"\\x1b]0;\\x07\" SCardReleaseContext release context 0x1f,"
             " pending\n"
             "     1.000004000 T1 \"\\x1b]0;\\x07\" operator delete[] free memory 0x5500, result"
             " 0x0, in quarantine, being released, absorbed\n"
             "     1.000005000 T1 \"\\x1b]0;\\x07\" quarantine damage memory 0x5500 at offset 0x3,"
             " result 0x0\n",
             file);
    check_text(text, expected);
    free(text);
    close_trace(&opened);
}

int main(void)
{
    if (!mkdtemp(directory)) {
        perror(directory);
        return 1;
    }
    snprintf(file, sizeof file, "%s/app.trace", directory);
    run("a good trace is read as it was written", test_good);
    run("a trace without events is complete", test_no_events);
    run("the loader's empty name becomes the executable's path", test_executable_named);
    run("calls may be pending, acquisitions may not", test_pending);
    run("holes and reserved records are stepped over", test_holes);
    run("a record without even a length does not hide those behind it", test_gap);
    run("events are sorted by the time they take effect, ties by file order", test_order);
    run("many short runs are sorted", test_order_of_many);
    run("TSC times are interpolated, contradicting anchors ignored", test_tsc);
    run("exec and stop marks", test_marks);
    run("a running process is recognised by pid and start time", test_running);
    run("what is no trace is refused with a reason", test_refused);
    run("each flipped bit of the header page is noticed", test_header_flips);
    run("each flipped bit of marks that are set is noticed", test_mark_flips);
    run("each flipped bit of a record's unchanging words is noticed", test_record_flips);
    run("truncation at every length is noticed", test_truncation);
    run("a truncated chunk is noticed without an extent mark", test_truncated_chunk);
    run("what is whole behind damage is salvaged", test_salvage);
    run("hostile chunk headers", test_hostile_chunks);
    run("what the allocator was given has no provider", test_allocator);
    run("nor has a deallocator of the program's own", test_user_deallocator);
    run("a thread's end counts unless it went on", test_thread_end);
    run("hostile records", test_hostile_records);
    run("hostile lengths", test_hostile_lengths);
    run("newer record types are skipped, equal definitions repeated", test_newer_and_repeated);
    run("huge numbers cost no memory", test_huge_numbers);
    run("a hostile header with a right check", test_hostile_header);
    run("a trace can be read while it is written", test_live);
    run("a chunk that is made behind the reader's back is found", test_live_hole);
    run("what is added while a trace is read is left out", test_live_end);
    run("dump --jsonl", test_dump_jsonl);
    run("dump", test_dump_text);
    printf("1..%d\n", tests);
    unlink(file);
    rmdir(directory);
    return failures > 0;
}
