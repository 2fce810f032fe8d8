/* SPDX-License-Identifier: MIT */
/*
 * The file is copied, never mapped: it may be truncated while we read (SIGBUS), and what was
 * checked must not change afterwards.
 */
#include "trace_internal.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "memory.h"
#include "progress.h"

#define WINDOW ((size_t)256 * 1024)

ssize_t reader_copy(int fd, void *buffer, size_t size, uint64_t offset)
{
    size_t done = 0;

    while (done < size) {
        ssize_t n = pread(fd, (char *)buffer + done, size - done, (off_t)(offset + done));

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        if (n == 0)
            break;
        done += (size_t)n;
    }
    return (ssize_t)done;
}

static void make_room(struct reader *reader, size_t need)
{
    if (need <= reader->window_room)
        return;
    reader->window_room = need > WINDOW ? need : WINDOW;
    reader->seen = xrealloc(reader->seen, reader->window_room, 1);
    reader->content =
        reader->live ? xrealloc(reader->content, reader->window_room, 1) : reader->seen;
}

static void fill(struct reader *reader, uint64_t offset, size_t need)
{
    uint64_t rest = reader->size - offset;
    size_t size;
    ssize_t n;

    progress_at(offset, reader->extent > offset ? reader->extent : reader->size);
    make_room(reader, need);
    size = need > WINDOW ? need : WINDOW;
    if (size > rest)
        size = (size_t)rest;
    n = reader_copy(reader->fd, reader->seen, size, offset);
    if (n < 0) {
        reader_problem(reader, offset, "cannot be read (%s)", strerror(errno));
        reader->truncated = true;
        n = 0;
    }
    if ((size_t)n < size) /* trimmed meanwhile, or worse: whoever misses something notes it */
        reader->size = offset + (size_t)n;
    reader->window = offset;
    reader->window_length = (size_t)n;
    if (!reader->live)
        return;
    atomic_thread_fence(memory_order_acquire);
    n = reader_copy(reader->fd, reader->content, reader->window_length, offset);
    if (n < 0 || (size_t)n < reader->window_length)
        reader->window_length = n < 0 ? 0 : (size_t)n;
}

struct view reader_view(struct reader *reader, uint64_t offset, size_t need)
{
    struct view view = {NULL, NULL, 0};
    uint64_t skipped;

    if (offset >= reader->size)
        return view;
    if (need > reader->size - offset)
        need = (size_t)(reader->size - offset);
    if (offset < reader->window || offset - reader->window > reader->window_length ||
        need > reader->window_length - (offset - reader->window))
        fill(reader, offset, need);
    skipped = offset - reader->window;
    view.seen = reader->seen + skipped;
    view.content = reader->content + skipped;
    view.available = reader->window_length - (size_t)skipped;
    return view;
}

uint64_t reader_next_data(struct reader *reader, uint64_t offset)
{
    off_t data;

    if (offset >= reader->size)
        return reader->size;
    data = lseek(reader->fd, (off_t)offset, SEEK_DATA);
    if (data < 0) /* no more data, or a file system that does not know: then look at every page */
        return errno == ENXIO ? reader->size : offset;
    data -= data % SCA_PAGE;
    return (uint64_t)data > offset ? (uint64_t)data : offset;
}
