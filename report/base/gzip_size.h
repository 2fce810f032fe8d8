/* SPDX-License-Identifier: MIT */
/* How many bytes text would have when gzipped, without keeping it: services limit that. */
#ifndef REPORT_GZIP_SIZE_H
#define REPORT_GZIP_SIZE_H

#include <stddef.h>

/* What is under way in the compressor, and not counted yet, is at most this. */
#define GZIP_SIZE_PENDING 300000

struct gzip_size;

struct gzip_size *gzip_size_new(void);

/* The bytes so far, this text's included, but for what is pending. */
size_t gzip_size_add(struct gzip_size *counter, const char *text, size_t size);

void gzip_size_free(struct gzip_size *counter);

#endif
