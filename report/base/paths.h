/* SPDX-License-Identifier: MIT */
/* Where the parts of an installation, or of a build tree, find each other. */
#ifndef REPORT_PATHS_H
#define REPORT_PATHS_H

/* Absolute path of libscardaudit.so, malloc'd; NULL if it is nowhere to be found. */
char *path_of_preload(void);

#endif
