/* SPDX-License-Identifier: MIT */
#include "trace_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "export.h"
#include "port.h"

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

#define POOL 64
#define LONGEST_PROGRAM 200 /* of its name that goes into the file's: NAME_MAX is 255 */
#define ANCHOR_DISTANCE (UINT64_C(1) << 28) /* clock units: about a tenth of a second */
#define PART_OF_SPACE 16
#define LEAST (UINT64_C(1) << 20)
#define WORTH_KEEPING 1024 /* bytes left in a chunk that the next thread may as well use */

static struct {
    _Atomic(char *) base; /* NULL: no trace */
    uint64_t limit;
    _Atomic uint64_t next;      /* where the next chunk goes */
    _Atomic uint64_t ceiling;   /* no chunk ends behind it: the limit, or what was grown ahead */
    _Atomic uint64_t populated; /* has blocks up to here, 0: each chunk gets its own */
    _Atomic bool stopped;
    _Atomic uint64_t anchor; /* trace clock of the last clock record */
    int descriptor;          /* kept only on kernels without MADV_POPULATE_WRITE, else -1 */
    dev_t device;
    ino_t inode;
    char path[PATH_MAX];
    _Atomic(struct sca_chunk *) pool[POOL];
} trace = {.descriptor = -1};

static struct sca_header *header(void)
{
    return (struct sca_header *)atomic_load(&trace.base);
}

const char *sca_trace_path(void)
{
    return trace.path;
}

/*
 * libc's open, close and fallocate are cancellation points: a thread cancelled there would leave
 * the gate around the opening of the trace locked.
 */
static int open_new(const char *path)
{
    long fd = sca_syscall(SYS_openat, AT_FDCWD, path,
                          O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY, 0600);

    if (fd < 0)
        errno = (int)-fd;
    return fd < 0 ? -1 : (int)fd;
}

static void close_quietly(int fd)
{
    sca_syscall(SYS_close, fd);
}

static bool allocate(int fd, uint64_t offset, uint64_t size)
{
    return sca_syscall(SYS_fallocate, fd, 0, offset, size) == 0;
}

/* ---- growing -------------------------------------------------------------------------------- */

/* The program may have closed our descriptor and opened its own file under that number. */
static bool still_ours(void)
{
    struct stat now;

    return fstat(trace.descriptor, &now) == 0 && now.st_dev == trace.device &&
           now.st_ino == trace.inode;
}

/*
 * Give the range real blocks now, so that writing to it cannot raise SIGBUS on a full disk. It was
 * inaccessible until now, because mlockall would have taken memory and blocks for all of the trace.
 */
static bool populate(char *base, uint64_t offset, uint64_t size)
{
    if (mprotect(base + offset, size, PROT_READ | PROT_WRITE) != 0)
        return false;
    if (trace.descriptor < 0)
        return madvise(base + offset, size, MADV_POPULATE_WRITE) == 0;
    return still_ours() && allocate(trace.descriptor, offset, size);
}

static void set_mark(struct sca_mark *mark, uint64_t time, unsigned kind, uint32_t value)
{
    atomic_store_explicit(&mark->word, 0, memory_order_release);
    atomic_store_explicit(&mark->time, time, memory_order_release);
    atomic_store_explicit(&mark->word, sca_mark_word(time, kind, value), memory_order_release);
}

static void stop(struct sca_header *page, enum sca_stop why)
{
    if (atomic_exchange(&trace.stopped, true))
        return;
    if (atomic_load(&trace.populated))
        why = SCA_STOP_SECCOMP;
    set_mark(&page->stop, sca_now(), why, 0);
    sca_say(trace.path, ": ",
            why == SCA_STOP_LIMIT ? "the trace has reached its limit (max_trace_mb, RLIMIT_FSIZE)"
                                  : "no space left on the device",
            "; recording stops here, the program goes on");
}

static void raise_extent(struct sca_header *page, uint64_t end)
{
    uint64_t pages = end / SCA_PAGE;
    _Atomic uint64_t *word = &page->extent.word;
    uint64_t old = atomic_load(word);

    while (SCA_MARK_VALUE(old) < pages &&
           !atomic_compare_exchange_weak(word, &old, sca_mark_word(0, 1, (uint32_t)pages)))
        ;
}

static struct sca_chunk *new_chunk(uint64_t size)
{
    /* Read once: a signal handler may fork, and the child forgets the trace in the middle. */
    char *base = atomic_load_explicit(&trace.base, memory_order_acquire);
    struct sca_header *page = (struct sca_header *)base;

    if (!base || atomic_load_explicit(&trace.stopped, memory_order_relaxed))
        return NULL;

    uint64_t offset = atomic_fetch_add(&trace.next, size);

    if (offset + size > atomic_load(&trace.ceiling)) {
        stop(page, SCA_STOP_LIMIT);
        return NULL;
    }
    if (offset + size > atomic_load(&trace.populated) && !populate(base, offset, size)) {
        stop(page, SCA_STOP_SPACE);
        return NULL;
    }

    struct sca_chunk *chunk = (struct sca_chunk *)(base + offset);

    chunk->offset = offset;
    chunk->size = size;
    sca_both_clocks(&chunk->clock, &chunk->ns);
    chunk->used = sizeof *chunk;
    raise_extent(page, offset + size);
    sca_commit(chunk, SCA_REC_CHUNK, sizeof *chunk);
    return chunk;
}

/* ---- without system calls ------------------------------------------------------------------- */

#define GROWN_AHEAD (UINT64_C(1) << 20)

void sca_trace_seal(void)
{
    char *base = atomic_load(&trace.base);
    uint64_t next = atomic_load(&trace.next);
    uint64_t end = next + GROWN_AHEAD < trace.limit ? next + GROWN_AHEAD : trace.limit;

    if (!base || next >= end)
        return;
    atomic_store(&trace.populated, populate(base, next, end - next) ? end : next);
    atomic_store(&trace.ceiling, atomic_load(&trace.populated));
}

void sca_trace_unseal(void)
{
    atomic_store(&trace.populated, 0);
    atomic_store(&trace.ceiling, trace.limit);
}

void sca_trace_stop(uint64_t time)
{
    char *base = atomic_load(&trace.base);

    if (base && !atomic_exchange(&trace.stopped, true))
        set_mark(&((struct sca_header *)base)->stop, time, SCA_STOP_SECCOMP, 0);
}

/* ---- records -------------------------------------------------------------------------------- */

static struct sca_chunk *take_from_pool(void)
{
    for (size_t i = 0; i < POOL; i++)
        if (atomic_load_explicit(&trace.pool[i], memory_order_relaxed)) {
            struct sca_chunk *chunk = atomic_exchange(&trace.pool[i], NULL);

            if (chunk)
                return chunk;
        }
    return NULL;
}

void sca_give_back(struct sca_cursor *cursor)
{
    struct sca_chunk *chunk = cursor->chunk;

    cursor->chunk = NULL;
    if (!chunk || atomic_load(&chunk->used) + WORTH_KEEPING > chunk->size)
        return;
    for (size_t i = 0; i < POOL; i++) {
        struct sca_chunk *empty = NULL;

        if (atomic_compare_exchange_strong(&trace.pool[i], &empty, chunk))
            return;
    }
}

/* A thread starts small: most make a handful of calls. */
static bool next_chunk(struct sca_cursor *cursor, uint64_t length)
{
    struct sca_chunk *chunk = take_from_pool();
    uint64_t size = cursor->next_size ? cursor->next_size : SCA_FIRST_CHUNK;

    if (!chunk) {
        if (length > size - sizeof *chunk)
            size = SCA_CHUNK;
        chunk = new_chunk(size);
        cursor->next_size = SCA_CHUNK;
    }
    cursor->chunk = chunk;
    return chunk;
}

void *sca_reserve(struct sca_cursor *cursor, uint64_t length)
{
    int saved = errno;

    for (;;) {
        /* Read once: a signal handler may give this thread another chunk in between. */
        struct sca_chunk *chunk = *(struct sca_chunk *volatile *)&cursor->chunk;

        if (chunk) {
            uint64_t at = sca_local_add(&chunk->used, length);

            if (at + length <= chunk->size) {
                _Atomic uint64_t *head = (_Atomic uint64_t *)((char *)chunk + at);

                atomic_store_explicit(head,
                                      sca_head(length, SCA_REC_RESERVED,
                                               sca_check(length, SCA_REC_RESERVED, NULL, 0)),
                                      memory_order_relaxed);
                return head;
            }
        }
        if (!next_chunk(cursor, length)) {
            errno = saved;
            return NULL;
        }
        errno = saved;
    }
}

void sca_commit(void *record, unsigned type, uint64_t length)
{
    const uint64_t *words = (const uint64_t *)record + 1;
    uint32_t check = sca_check(length, type, words, sca_checked_words(type, length));

    atomic_store_explicit((_Atomic uint64_t *)record, sca_head(length, type, check),
                          memory_order_release);
}

void sca_anchor(struct sca_cursor *cursor, uint64_t now)
{
    uint64_t last = atomic_load_explicit(&trace.anchor, memory_order_relaxed);
    struct sca_clock_record *record;

    if (SCA_LIKELY(now - last < ANCHOR_DISTANCE) ||
        !atomic_compare_exchange_strong(&trace.anchor, &last, now))
        return;
    record = sca_reserve(cursor, sizeof *record);
    if (!record)
        return;
    sca_both_clocks(&record->clock, &record->ns);
    sca_commit(record, SCA_REC_CLOCK, sizeof *record);
}

/* ---- the file ------------------------------------------------------------------------------- */

static void name_file(char *path, size_t size, const char *directory, const char *program,
                      uint32_t pid, uint32_t attempt)
{
    sca_copy(path, size, directory);
    sca_append(path, size, "/scardaudit.");
    for (int left = LONGEST_PROGRAM; *program && left > 0; program++, left--) {
        char letter[2] = {*program, '\0'};
        bool plain = (*program >= 'a' && *program <= 'z') || (*program >= 'A' && *program <= 'Z') ||
                     (*program >= '0' && *program <= '9') || *program == '-' || *program == '_' ||
                     *program == '.';

        sca_append(path, size, plain ? letter : "_");
    }
    sca_append(path, size, ".");
    sca_append_number(path, size, pid);
    sca_append(path, size, ".");
    sca_append_number(path, size, attempt);
    sca_append(path, size, ".trace");
}

static int create(char *path, size_t size, const char *directory, const char *program, uint32_t pid)
{
    for (uint32_t attempt = 0; attempt < 10000; attempt++) {
        name_file(path, size, directory, program, pid, attempt);

        int fd = open_new(path);

        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    return -1;
}

static const char *why_not_created(int error)
{
    switch (error) {
    case ENOENT:
        return "there is no such directory";
    case ENOTDIR:
        return "that is no directory";
    case EROFS:
        return "the file system is read-only";
    case EMFILE:
    case ENFILE:
        return "too many files are open";
    case ENOSPC:
    case EDQUOT:
        return "no space left on the device";
    default:
        return "the directory cannot be written";
    }
}

/*
 * The size limit of files raises SIGXFSZ instead of failing: stay below it. Where address space is
 * limited, it is the program's: take a small part.
 */
static uint64_t allowed(uint64_t limit)
{
    struct rlimit files, space;

    if (getrlimit(RLIMIT_FSIZE, &files) == 0 && files.rlim_cur != RLIM_INFINITY &&
        files.rlim_cur < limit)
        limit = files.rlim_cur;
    if (getrlimit(RLIMIT_AS, &space) == 0 && space.rlim_cur != RLIM_INFINITY) {
        uint64_t part = space.rlim_cur / PART_OF_SPACE;

        part = part < LEAST ? LEAST : part;
        limit = part < limit ? part : limit;
    }
    return limit & ~(uint64_t)(SCA_PAGE - 1);
}

/* Older kernels: keep the descriptor, out of the way of the program's own. */
static bool keep_descriptor(int fd)
{
    struct stat file;

    trace.descriptor = fcntl(fd, F_DUPFD_CLOEXEC, 900);
    if (trace.descriptor < 0)
        trace.descriptor = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    if (trace.descriptor < 0 || fstat(fd, &file) < 0)
        return false;
    trace.device = file.st_dev;
    trace.inode = file.st_ino;
    return allocate(trace.descriptor, 0, SCA_PAGE);
}

/* Less than *limit will do where address space is short (RLIMIT_AS). */
static char *map_shared(int fd, uint64_t *limit)
{
    for (; *limit >= SCA_PAGE + SCA_CHUNK; *limit = *limit / 2 & ~(uint64_t)(SCA_PAGE - 1)) {
        void *base = MAP_FAILED;

        if (ftruncate(fd, (off_t)*limit) == 0)
            base = mmap(NULL, *limit, PROT_NONE, MAP_SHARED, fd, 0);
        if (base != MAP_FAILED)
            return base;
    }
    return NULL;
}

static const char *map_file(int fd, uint64_t *limit)
{
    char *base = map_shared(fd, limit);

    if (!base)
        return "the file cannot be mapped";
    if (mprotect(base, SCA_PAGE, PROT_READ | PROT_WRITE) == 0 &&
        (madvise(base, SCA_PAGE, MADV_POPULATE_WRITE) == 0 ||
         (errno == EINVAL && keep_descriptor(fd)))) {
        trace.base = base;
        return NULL;
    }
    munmap(base, *limit);
    if (trace.descriptor >= 0)
        close_quietly(trace.descriptor);
    trace.descriptor = -1;
    return "no space left on the device";
}

const char *sca_trace_open(const char *directory, const char *program, uint64_t limit,
                           const struct sca_header *template)
{
    int saved = errno;
    const char *problem;

    limit = allowed(limit);
    if (limit < SCA_PAGE + SCA_CHUNK) {
        errno = saved;
        return "RLIMIT_FSIZE is too small";
    }

    int fd = create(trace.path, sizeof trace.path, directory, program, template->pid);

    problem = fd < 0 ? why_not_created(errno) : NULL;
    if (fd >= 0) {
        problem = map_file(fd, &limit);
        close_quietly(fd);
        if (problem)
            unlink(trace.path);
    }
    if (problem) {
        trace.path[0] = '\0';
        errno = saved;
        return problem;
    }

    struct sca_header *page = header();
    const uint64_t *checked = (const uint64_t *)&page->flags;

    trace.limit = limit;
    atomic_store(&trace.next, SCA_PAGE);
    sca_trace_unseal();
    atomic_store(&trace.stopped, false);
    atomic_store(&trace.anchor, template->start_clock);
    sca_bytes(page, template, sizeof *page);
    page->version = SCA_VERSION;
    page->word_size = 8;
    page->limit = limit;
    page->check =
        sca_check(0, 0, checked,
                  (offsetof(struct sca_header, exit) - offsetof(struct sca_header, flags)) / 8);
    raise_extent(page, SCA_PAGE);
    atomic_signal_fence(memory_order_seq_cst);
    sca_bytes(page->magic, SCA_MAGIC, sizeof page->magic);
    errno = saved;
    return NULL;
}

void sca_trace_forget(void)
{
    char *base = atomic_exchange(&trace.base, NULL);

    /* Without system calls what a record was begun with ends in the parent's trace, as it does in
     * the parent. */
    if (!sca_may_call())
        base = NULL;
    /* Memory of the child's own in its place, because the fork may have been made by a signal
     * handler in the middle of a record. It takes no room unless it is written to. */
    if (base && mmap(base, trace.limit, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) == MAP_FAILED)
        munmap(base, trace.limit);
    if (trace.descriptor >= 0 && sca_may_call() && still_ours())
        close_quietly(trace.descriptor);
    trace.descriptor = -1;
    trace.path[0] = '\0';
    for (size_t i = 0; i < POOL; i++)
        atomic_store(&trace.pool[i], NULL);
}

void sca_trace_discard(void)
{
    int saved = errno;

    if (trace.path[0] && sca_may_call())
        unlink(trace.path);
    trace.path[0] = '\0';
    errno = saved;
}

/* Threads that end the process together must not mix time and word of their marks. */
static void set_header_mark(size_t offset, unsigned kind, uint32_t value)
{
    static _Atomic bool busy;
    char *base = atomic_load(&trace.base);

    if (!base || atomic_exchange(&busy, true))
        return;
    set_mark((struct sca_mark *)(base + offset), sca_now(), kind, value);
    atomic_store(&busy, false);
}

void sca_mark_exit(enum sca_end how, uint32_t status)
{
    set_header_mark(offsetof(struct sca_header, exit), how, status);
}

void sca_mark_exec(bool unaudited)
{
    set_header_mark(offsetof(struct sca_header, exec), 1, unaudited);
}

void sca_mark_skipped(void)
{
    if (header() && !atomic_load(&header()->stop.word))
        set_header_mark(offsetof(struct sca_header, stop), SCA_STOP_SKIPPED, 0);
}
