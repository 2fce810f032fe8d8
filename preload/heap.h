/* SPDX-License-Identifier: MIT */
/* The exported free() and its like, for whoever binds references to them. Any thread. */
#ifndef SCA_HEAP_H
#define SCA_HEAP_H

#include <stdbool.h>

/* Is it one of those that give memory back? operator delete is none: it calls free(), or belongs to
 * another allocator. */
bool sca_is_heap_name(const char *name);

/* Ours of that name, if what it goes on to is `real`; else NULL. */
void *sca_heap_hook(const char *name, const void *real);

#endif
