/* SPDX-License-Identifier: MIT */
/* The block form of a suppression, read line by line from the "{" to the "}". */
#ifndef REPORT_SUPPRESSION_BLOCK_H
#define REPORT_SUPPRESSION_BLOCK_H

#include "suppression_file.h"

struct suppression_block {
    bool open; /* the "}" is still to come */
    bool gap;  /* "frame: ..." was read, and no frame behind it */
};

/* Does a block begin here, or go on astray? The line is neither empty nor a comment, as all are. */
bool suppression_block_begins(const char *line);

/*
 * Read one line, the first one as well. *block and *suppression came zeroed with that. Returns
 * NULL, or what is wrong (malloc'd); suppression_clear() frees what is in *suppression. With the
 * last line block->open is false.
 */
char *suppression_block_line(struct suppression_block *block, struct suppression *suppression,
                             const char *line);

#endif
