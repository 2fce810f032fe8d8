/* SPDX-License-Identifier: MIT */
/* Function tables as arrays, so that they can have any length. */
#ifndef TABLES_H
#define TABLES_H

#include <stdint.h>

enum { ALLOCATE_HEAP = 5, FREE_HEAP, CREATE = 26, ALLOCATE, FREE, DELETE, HOST_SLOTS = 52 };
enum { INITIALIZE = 8, SHUTDOWN, GET_INFO };

/* What the host asks SpLsaModeInitialize for, and the id of a package that uses its host */
enum { ONE, FULL, LYING };
enum { USING = 7 };

typedef int entry_fn(uint32_t, uint32_t *, void ***, uint32_t *);
typedef int initialize_fn(unsigned long, void *, void **);
typedef void *create_fn(uint32_t, uint32_t);
typedef void *allocate_fn(void *, uint32_t);
typedef void free_fn(void *, void *);
typedef unsigned char delete_fn(void *);
typedef void *allocate_heap_fn(uint32_t);
typedef void free_heap_fn(void *);
typedef long add_fn(long, long, long, long, long, long, long, long, long, long, long, long);

#endif
