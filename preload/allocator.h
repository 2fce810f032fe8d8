/* SPDX-License-Identifier: MIT */
/*
 * The allocator whose functions we interpose: libc's, or one that was preloaded or linked in (which
 * then defines operator delete itself). Found in the symbol tables of the objects behind us, so it
 * works before any constructor ran, in the audit copy too, and with the loader's lock held. Any
 * thread, any signal handler.
 */
#ifndef SCA_ALLOCATOR_H
#define SCA_ALLOCATOR_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "elf_object.h"

/* The variants of operator delete: X(symbol, row of the api table). */
#define SCA_DELETES(X)                                                                             \
    X(_ZdlPv, delete)                                                                              \
    X(_ZdlPvm, delete)                                                                             \
    X(_ZdlPvSt11align_val_t, delete)                                                               \
    X(_ZdlPvmSt11align_val_t, delete)                                                              \
    X(_ZdlPvRKSt9nothrow_t, delete)                                                                \
    X(_ZdlPvSt11align_val_tRKSt9nothrow_t, delete)                                                 \
    X(_ZdaPv, delete_array)                                                                        \
    X(_ZdaPvm, delete_array)                                                                       \
    X(_ZdaPvSt11align_val_t, delete_array)                                                         \
    X(_ZdaPvmSt11align_val_t, delete_array)                                                        \
    X(_ZdaPvRKSt9nothrow_t, delete_array)                                                          \
    X(_ZdaPvSt11align_val_tRKSt9nothrow_t, delete_array)

#define SCA_X(symbol, row) SCA_DELETE_##symbol,
enum sca_delete { SCA_DELETES(SCA_X) SCA_DELETE_COUNT };
#undef SCA_X

typedef void sca_free_function(void *block);
typedef void *sca_realloc_function(void *block, size_t size);
typedef void *sca_reallocarray_function(void *block, size_t count, size_t size);
typedef void sca_delete_function(void *block, uintptr_t a, uintptr_t b);

/* The real ones. Before their first call they lead to one that looks them up. */
extern _Atomic(sca_free_function *) sca_real_free;
extern _Atomic(sca_realloc_function *) sca_real_realloc;
extern _Atomic(sca_reallocarray_function *) sca_real_reallocarray;
/* NULL: sca_find_delete() tells it, for this caller (a plugin may bring its own). */
extern _Atomic(sca_delete_function *) sca_real_delete[SCA_DELETE_COUNT];

sca_delete_function *sca_find_delete(enum sca_delete variant, const void *caller);

/* How many bytes of a block its owner may use; 0 if the allocator does not tell. */
size_t sca_usable_size(void *block);

/* Does realloc(block, 0) free, and return NULL? */
bool sca_realloc_frees(void);

/* Are the program's calls of free() ours? If not: the object that defines it before us. */
bool sca_allocator_is_watched(struct sca_object *before);

#endif
