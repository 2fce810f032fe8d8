/* SPDX-License-Identifier: MIT */
/*
 * Files that are part of the program. report/local.mk names them, embed.sh makes one table of each
 * group, ended by an element without a name.
 */
#ifndef REPORT_EMBED_H
#define REPORT_EMBED_H

#include <stddef.h>

struct embedded_file {
    const char *name; /* without folder: "java.supp" */
    const char *data; /* followed by a NUL that does not count */
    size_t size;
};

extern const struct embedded_file embedded_suppressions[]; /* report/suppressions */
extern const struct embedded_file embedded_examples[];     /* report/examples */
extern const struct embedded_file embedded_html[];         /* report/html */

#endif
