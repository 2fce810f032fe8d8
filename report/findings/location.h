/* SPDX-License-Identifier: MIT */
/*
 * Where a finding is shown in the sources: the first frame, of the stack that identifies it, whose
 * file lies inside the source root; else of its other stacks, in the order they are told. For the
 * formats of pipelines, which name files relative to that root.
 */
#ifndef REPORT_LOCATION_H
#define REPORT_LOCATION_H

#include "report.h"

struct location {
    char *path;                /* relative to the root, no "./" in front; malloc'd */
    int line;                  /* from 1 */
    const struct frame *frame; /* NULL: none lies inside, and this is where such are shown */
};

struct source_root;

/* `root` NULL: the current directory. `fallback`: the file for what lies nowhere inside. */
struct source_root *source_root_new(const char *root, const char *fallback);
void source_root_free(struct source_root *root);

/* That file, as the formats want it: without "./" in front. */
const char *source_root_fallback(const struct source_root *root);

/* The path of this file of DWARF relative to the root, malloc'd; NULL: it is not inside. */
char *source_root_path(const struct source_root *root, const char *file);

/* The file of such a path, with links followed; NULL: there is none, or it is not inside. */
char *source_root_file(const struct source_root *root, const char *inside);

/* Free location.path. */
struct location source_root_locate(const struct source_root *root, const struct finding *finding);

#endif
