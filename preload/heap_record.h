/* SPDX-License-Identifier: MIT */
/* What the trace is told about audited blocks apart from the calls of their provider. */
#ifndef SCA_HEAP_RECORD_H
#define SCA_HEAP_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "api.h"
#include "trace_format.h"

/* A record under way, until sca_record_freed(). */
struct sca_heap_record {
    struct sca_call_record *record; /* NULL: it cannot be recorded */
    uint64_t token;
};

/*
 * The allocator is given an audited block by the caller whose return address this is; `provider` is
 * 0, or the number of that which is asked to give it to the allocator. `enter` is of the trace
 * clock, `flags` as in struct sca_call_record. The call is pending until it is told how it ended:
 * as the table says of these rows. errno is kept.
 */
struct sca_heap_record sca_record_free(enum sca_fn fn, uint16_t provider, const void *block,
                                       uint64_t enter, unsigned flags, const void *caller);
void sca_record_freed(const struct sca_heap_record *record, uint64_t result);

/* A block in quarantine was written to, at this offset. */
void sca_record_damage(const void *block, size_t offset);

#endif
