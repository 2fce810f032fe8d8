/* SPDX-License-Identifier: MIT */
#include "trim.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "preload/trace_format.h"

/* Reads and checks the header of an open file. */
static bool read_header(int file, struct sca_header *header)
{
    const size_t from = offsetof(struct sca_header, flags);
    const size_t to = offsetof(struct sca_header, exit);
    uint64_t words[(sizeof *header) / 8];

    if (pread(file, header, sizeof *header, 0) != (ssize_t)sizeof *header ||
        memcmp(header->magic, SCA_MAGIC, sizeof header->magic) != 0 ||
        header->version != SCA_VERSION || header->word_size != 8)
        return false;
    memcpy(words, (const char *)header + from, to - from);
    return header->check == sca_check(0, 0, words, (to - from) / 8) &&
           memchr(header->run_id, '\0', sizeof header->run_id);
}

/* Regular files only, and without waiting for the other end of a FIFO. */
static int open_regular(const char *path, struct stat *status)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);

    if (file >= 0 && (fstat(file, status) < 0 || !S_ISREG(status->st_mode))) {
        close(file);
        return -1;
    }
    return file;
}

bool trace_is_of_run(const char *path, const char *run_id, long since)
{
    struct sca_header header;
    struct stat status;
    int file = open_regular(path, &status);
    bool ours;

    if (file < 0)
        return false;
    if (read_header(file, &header))
        ours = !strcmp(header.run_id, run_id);
    else
        ours = status.st_mtime >= since;
    close(file);
    return ours;
}

/*
 * A read lease is granted only while nobody has the file open for writing, and a shared writable
 * mapping counts as that: unlike the pid this also holds for processes of other containers. Where
 * leases are not supported, the file stays sparse.
 */
static bool is_unused(int file)
{
    if (fcntl(file, F_SETLEASE, F_RDLCK) != 0)
        return false;
    fcntl(file, F_SETLEASE, F_UNLCK);
    return true;
}

/* Only if the name still means the file that was looked at. */
static void cut(const char *path, const struct stat *seen, uint64_t size)
{
    int file = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    struct stat status;

    if (file < 0)
        return;
    if (fstat(file, &status) == 0 && status.st_dev == seen->st_dev &&
        status.st_ino == seen->st_ino && ftruncate(file, (off_t)size) != 0) {
        /* Harmless: a sparse file only looks large. */
    }
    close(file);
}

void trace_trim(const char *path)
{
    struct sca_header header;
    struct stat status;
    uint64_t word, size;
    int file = open_regular(path, &status);
    bool unused;

    if (file < 0)
        return;
    unused = is_unused(file) && read_header(file, &header);
    close(file);
    if (!unused)
        return;
    word = atomic_load(&header.extent.word);
    size = (uint64_t)SCA_MARK_VALUE(word) * SCA_PAGE;
    if (word == sca_mark_word(atomic_load(&header.extent.time), 1, SCA_MARK_VALUE(word)) &&
        size >= SCA_PAGE && size < (uint64_t)status.st_size)
        cut(path, &status, size);
}
