/* SPDX-License-Identifier: MIT */
/* A call under way, and the records of its effects. */
#ifndef SCA_CALL_H
#define SCA_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "api.h"
#include "release.h"
#include "threads.h"
#include "trace_format.h"

/* A call under way: what its records have in common, and where its results go. */
struct sca_call {
    const struct sca_function *row;
    uint64_t *args;
    struct sca_thread *thread;
    uint64_t token;
    uint64_t enter;
    uint32_t stack;
    uint16_t provider;
    uint8_t flags; /* of the next record */
    uint8_t dword; /* bytes, of this provider */
    struct sca_call_record *pending[SCA_MAX_EFFECTS];
    struct sca_release release; /* of the block that the call frees */
    bool releases;
    /* Gives back, or marks, a block that was POOLED; else NULL. */
    const struct sca_effect *pooled;
    uint32_t level;              /* that the program asked for (SCA_OUT) */
    void *slot[SCA_MAX_EFFECTS]; /* private out-parameter of a block */
    void **out[SCA_MAX_EFFECTS]; /* the program's, NULL: none */
};

/* The value of an argument; of SCA_NOARG 0. */
uint64_t sca_call_argument(const struct sca_call *call, uint8_t number);

/* Before the real call: NULL when the trace cannot grow any more. */
struct sca_call_record *sca_call_pending(struct sca_call *call, unsigned effect);

/* After it: a new resource. */
void sca_call_acquisition(struct sca_call *call, unsigned effect, uint64_t object, uint64_t size,
                          uint64_t result, uint64_t leave);

/* The same, with a companion that is no argument. */
void sca_call_handed_out(struct sca_call *call, unsigned effect, uint64_t object,
                         uint64_t companion, uint64_t size, uint64_t result, uint64_t leave);

/* After it: what it told. */
void sca_call_told(struct sca_call *call, unsigned effect, uint64_t object, uint64_t companion,
                   uint64_t result, uint64_t leave);

#endif
