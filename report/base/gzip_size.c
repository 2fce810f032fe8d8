/* SPDX-License-Identifier: MIT */
#include "gzip_size.h"

#include <limits.h>
#include <stdlib.h>

#include <zlib.h>

#include "memory.h"

struct gzip_size {
    z_stream stream;
    size_t bytes;
};

static voidpf allocate(voidpf unused, uInt count, uInt size)
{
    (void)unused;
    return xcalloc(count, size);
}

static void release(voidpf unused, voidpf block)
{
    (void)unused;
    free(block);
}

struct gzip_size *gzip_size_new(void)
{
    struct gzip_size *counter = xcalloc(1, sizeof *counter);

    counter->stream.zalloc = allocate;
    counter->stream.zfree = release;
    /* Cannot fail but for memory. 16: with the header of gzip */
    deflateInit2(&counter->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, 8,
                 Z_DEFAULT_STRATEGY);
    return counter;
}

size_t gzip_size_add(struct gzip_size *counter, const char *text, size_t size)
{
    unsigned char scrap[32768];

    while (size) {
        uInt part = size < UINT_MAX ? (uInt)size : UINT_MAX;

        counter->stream.next_in = (z_const Bytef *)text;
        counter->stream.avail_in = part;
        text += part;
        size -= part;
        do {
            counter->stream.next_out = scrap;
            counter->stream.avail_out = sizeof scrap;
            deflate(&counter->stream, Z_NO_FLUSH);
            counter->bytes += sizeof scrap - counter->stream.avail_out;
        } while (counter->stream.avail_in);
    }
    return counter->bytes;
}

void gzip_size_free(struct gzip_size *counter)
{
    deflateEnd(&counter->stream);
    free(counter);
}
