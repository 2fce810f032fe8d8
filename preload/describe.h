/* SPDX-License-Identifier: MIT */
/* Who this process is, for the trace's header. */
#ifndef SCA_DESCRIBE_H
#define SCA_DESCRIBE_H

#include <stdbool.h>
#include <stdint.h>

#include "trace_format.h"
#include "trace_writer.h"

struct sca_parent {
    bool forked;     /* this process began as a fork of an audited one */
    char trace[264]; /* base name of the trace of the nearest ancestor that made a call, or "" */
    uint64_t clock;  /* trace clock when that one forked */
};

/* Note what the environment says of us: the program may change it later. Once, in the constructor.
 */
void sca_describe_start(void);

/* Say what was wrong with it, once. */
void sca_describe_complain(void);

/* Fill in a zeroed header; returns the base name of the executable, which lies in the header. */
const char *sca_describe_process(struct sca_header *header, const struct sca_parent *parent);

/* Write the command line, when the user asked for it. */
void sca_describe_arguments(struct sca_cursor *cursor);

/* Write that something is not watched; `module` is its number in this trace, or 0. */
void sca_describe_blind_spot(struct sca_cursor *cursor, enum sca_blind code, uint32_t module);

/* Write that a provider has functions that are not audited: their names, separated by blanks. */
void sca_describe_unaudited(struct sca_cursor *cursor, uint32_t module, const char *names,
                            uint32_t left_out);

#endif
