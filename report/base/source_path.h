/* SPDX-License-Identifier: MIT */
/*
 * Builds outside the source tree leave "/src/build/../file.c" in DWARF. For reading, a folder and
 * the ".." behind it cancel out (where the folder is a link that may name another file, as in any
 * tool that does so; the JSON has the path as DWARF says).
 */
#ifndef REPORT_SOURCE_PATH_H
#define REPORT_SOURCE_PATH_H

/* "/src/file.c" of "/src/build/../file.c"; malloc'd. */
char *source_path(const char *file);

#endif
