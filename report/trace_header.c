/* SPDX-License-Identifier: MIT */
#include "trace_internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "memory.h"

#define MARK_RETRIES 3

union header_page {
    struct sca_header header;
    uint64_t words[SCA_PAGE / 8];
    uint8_t bytes[SCA_PAGE];
};

#define COVERED_FROM (offsetof(struct sca_header, flags) / 8)
#define COVERED_TO (offsetof(struct sca_header, exit) / 8)

static int read_page(struct reader *reader, union header_page *page, char **reason)
{
    ssize_t n;

    memset(page, 0, sizeof *page);
    n = reader_copy(reader->fd, page, sizeof *page, 0);
    if (n < 0)
        *reason = xasprintf("cannot be read at offset 0x0 (%s)", strerror(errno));
    else if (n == 0)
        *reason = xstrdup("empty file: no data at offset 0x0");
    else if (memcmp(page->header.magic, SCA_MAGIC, n < 8 ? (size_t)n : 8) != 0)
        *reason = xstrdup("not a scardaudit trace: no magic at offset 0x0");
    else if (n < SCA_PAGE)
        *reason = xasprintf("truncated header: data ends at offset 0x%zx", (size_t)n);
    else if (page->header.version != SCA_VERSION)
        *reason =
            xasprintf("trace format version %" PRIu32 " at offset 0x%zx; this program reads "
                      "version %d",
                      page->header.version, offsetof(struct sca_header, version), SCA_VERSION);
    else if (page->header.word_size != 8)
        *reason = xasprintf("word size %" PRIu32 " at offset 0x%zx; this program reads 8",
                            page->header.word_size, offsetof(struct sca_header, word_size));
    return *reason ? -1 : 0;
}

/* Is there a process with this pid that started then? A zombie has ended. */
static bool process_lives(uint32_t pid, uint64_t start_ticks)
{
    char path[32], line[1024], *field;
    size_t length;
    FILE *file;

    snprintf(path, sizeof path, "/proc/%" PRIu32 "/stat", pid);
    file = fopen(path, "re");
    if (!file)
        return false;
    length = fread(line, 1, sizeof line - 1, file);
    fclose(file);
    line[length] = '\0';
    field = strrchr(line, ')'); /* the name before it may hold anything */
    if (!field || field[1] != ' ' || field[2] == 'Z' || field[2] == 'X')
        return false;
    for (int number = 2; field && number < 22; number++)
        field = strchr(field + 1, ' ');
    return field && strtoull(field, NULL, 10) == start_ticks;
}

struct mark_value {
    bool present, valid;
    uint64_t time;
    unsigned kind;
    uint32_t value;
};

static struct mark_value decode_mark(const struct sca_mark *mark)
{
    struct mark_value value = {.time = mark->time};
    uint64_t word = mark->word;

    value.present = word != 0;
    value.kind = SCA_MARK_KIND(word);
    value.value = SCA_MARK_VALUE(word);
    value.valid =
        word ? word == sca_mark_word(value.time, value.kind, value.value) : value.time == 0;
    return value;
}

static bool marks_valid(const struct sca_header *header)
{
    return decode_mark(&header->exit).valid && decode_mark(&header->exec).valid &&
           decode_mark(&header->stop).valid && decode_mark(&header->extent).valid;
}

/* The mark, or an absent one with a problem noted when it is damaged or of an unknown kind. */
static struct mark_value checked_mark(struct reader *reader, const struct sca_header *header,
                                      const struct sca_mark *mark, const char *name,
                                      unsigned greatest_kind)
{
    struct mark_value value = decode_mark(mark);
    uint64_t offset = (uint64_t)((const char *)mark - (const char *)header);

    if (value.valid && (!value.present || (value.kind > 0 && value.kind <= greatest_kind)))
        return value;
    reader_problem(reader, offset, "damaged %s mark", name);
    return (struct mark_value){.valid = false};
}

static void read_marks(struct reader *reader, const struct sca_header *header)
{
    struct trace *trace = reader->trace;
    struct mark_value mark;

    mark = checked_mark(reader, header, &header->exit, "exit", SCA_END_QUICK_EXIT);
    if (mark.present) {
        trace->end = (enum sca_end)mark.kind;
        trace->status = mark.value;
    }
    mark = checked_mark(reader, header, &header->exec, "exec", 1);
    trace->exec = mark.present && trace->end == SCA_END_NONE;
    reader->exec_time = mark.time;
    reader->exec_unaudited = mark.value != 0;
    mark = checked_mark(reader, header, &header->stop, "stop", SCA_STOP_SECCOMP);
    if (mark.present)
        trace->stop = (enum sca_stop)mark.kind;
    mark = checked_mark(reader, header, &header->extent, "extent", 1);
    if (mark.present && mark.time != 0)
        reader_problem(reader, offsetof(struct sca_header, extent), "damaged extent mark");
    else if (mark.present)
        reader->extent = (uint64_t)mark.value * SCA_PAGE;
    if (reader->size < reader->extent)
        reader_truncated(reader, reader->extent);
}

uint64_t reader_end(struct reader *reader)
{
    struct sca_mark mark;
    struct mark_value value;

    if (!reader->trace->running ||
        reader_copy(reader->fd, &mark, sizeof mark, offsetof(struct sca_header, extent)) !=
            (ssize_t)sizeof mark)
        return UINT64_MAX;
    value = decode_mark(&mark);
    return value.present && value.valid && value.kind == 1 ? (uint64_t)value.value * SCA_PAGE
                                                           : UINT64_MAX;
}

static char *bounded_string(struct reader *reader, const struct sca_header *header,
                            const char *text, size_t room)
{
    if (!memchr(text, '\0', room))
        reader_problem(reader, (uint64_t)(text - (const char *)header), "unterminated string");
    return xstrndup(text, room);
}

static void read_constants(struct reader *reader, const union header_page *page)
{
    const struct sca_header *header = &page->header;
    struct trace *trace = reader->trace;

    if (header->check != sca_check(0, 0, page->words + COVERED_FROM, COVERED_TO - COVERED_FROM))
        reader_problem(reader, offsetof(struct sca_header, check),
                       "the header does not match its check");
    if (header->zero != 0)
        reader_problem(reader, offsetof(struct sca_header, zero), "damaged header");
    for (size_t i = sizeof *header; i < SCA_PAGE; i++)
        if (page->bytes[i] != 0) {
            reader_problem(reader, i, "damaged header page");
            break;
        }
    if (header->clock != SCA_CLOCK_MONOTONIC && header->clock != SCA_CLOCK_TSC)
        reader_problem(reader, offsetof(struct sca_header, clock), "unknown clock %" PRIu32,
                       header->clock);
    trace->pid = header->pid;
    trace->ppid = header->ppid;
    trace->argc = header->argc;
    trace->clock = header->clock;
    trace->flags = header->flags;
    trace->depth = header->depth;
    trace->start_ticks = header->start_ticks;
    trace->start_realtime = header->start_realtime;
    trace->start_clock = header->start_clock;
    trace->parent_clock = header->parent_clock;
    trace->start_ns = header->start_ns;
    trace->run_id = bounded_string(reader, header, header->run_id, sizeof header->run_id);
    trace->parent_trace =
        bounded_string(reader, header, header->parent_trace, sizeof header->parent_trace);
    trace->executable =
        bounded_string(reader, header, header->executable, sizeof header->executable);
    if (header->build_id_size > SCA_MAX_BUILD_ID) {
        reader_problem(reader, offsetof(struct sca_header, build_id_size), "impossible build-id");
    } else {
        trace->build_id_size = header->build_id_size;
        memcpy(trace->build_id, header->build_id, header->build_id_size);
    }
}

/*
 * The marks are read before the chunks: an end mark seen now promises that all records before it
 * are there. And once more after the process was found to be gone, when they are final.
 */
int reader_header(struct reader *reader, char **reason)
{
    union header_page page;
    bool lives;

    if (read_page(reader, &page, reason) < 0)
        return -1;
    lives = process_lives(page.header.pid, page.header.start_ticks);
    if (read_page(reader, &page, reason) < 0)
        return -1;
    for (int i = 0; lives && i < MARK_RETRIES && !marks_valid(&page.header); i++) {
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL); /* a mark is being stored */
        if (read_page(reader, &page, reason) < 0)
            return -1;
    }
    read_constants(reader, &page);
    read_marks(reader, &page.header);
    reader->live = lives || reader->trace->end == SCA_END_NONE;
    reader->trace->running =
        lives && reader->trace->end == SCA_END_NONE; /* unless the exec mark holds */
    return 0;
}
