/* SPDX-License-Identifier: MIT */
/*
 * A section is shared memory, and so is what its allocator keeps in it: a forked child may free
 * what its parent allocated, and the other way round. What none of them is seen to do alone may be
 * done by two of them.
 */
#ifndef REPORT_LSA_FORKS_H
#define REPORT_LSA_FORKS_H

#include <stdint.h>

#include "replay.h"

/* A child names this section, which it inherited. */
void lsa_forks_share(struct replay *replay, uint32_t section);

/* It frees a block there: of its own, of its parent's, or of another child's. */
void lsa_forks_free(struct replay *replay, uint32_t section, uint32_t event);

/* This incident (number + 1) is right only if no child uses this section. */
void lsa_forks_doubt(struct replay *replay, uint32_t incident, uint32_t section);

/* After the last event of this process and of all its children. */
void lsa_forks_end(struct replay *replay);

#endif
