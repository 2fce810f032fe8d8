/* SPDX-License-Identifier: MIT */
#ifndef REPORT_BASE_NAME_H
#define REPORT_BASE_NAME_H

#include <string.h>

/* What stands behind the last slash of a path, unless nothing does; points into it. */
static inline const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash && slash[1] ? slash + 1 : path;
}

#endif
