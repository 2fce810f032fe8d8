/* SPDX-License-Identifier: MIT */
/*
 * Where `scardaudit run` lets the traces go, and what it tells the preload: a private directory
 * unless the user named one, and the values of the variables that have them written.
 */
#ifndef REPORT_AUDIT_DIRECTORY_H
#define REPORT_AUDIT_DIRECTORY_H

#include <stdbool.h>

#include "options.h"

struct audit_directory {
    char *traces;  /* absolute path; NULL if there is none */
    char *scratch; /* private directory to remove at the end, or NULL; may be that of the traces */
    char *link;    /* in it, to the preload, or NULL */
    char *preload; /* value of LD_PRELOAD */
    /* Of LD_AUDIT, and of GLIBC_TUNABLES, which makes room for it; NULL: leave it as it is. */
    char *audit, *tunables;
};

/*
 * For `program`, whose AddressSanitizer comes first in LD_PRELOAD (needed_first.h). Returns -1 when
 * it failed and said so on stderr; nothing is left behind then.
 */
int audit_directory_open(struct audit_directory *directory, const struct options *options,
                         const char *program);

/*
 * Remove what is private, unless the traces are in it and to be kept. While processes of the run
 * live on, all of it is in use: their programs are still to be preloaded.
 */
void audit_directory_close(struct audit_directory *directory, bool keep, bool in_use);

/* Value of SCARDAUDIT_OPTIONS: what the user set, then ours, which win. malloc'd. */
char *audit_directory_options(const struct audit_directory *directory,
                              const struct options *options);

#endif
