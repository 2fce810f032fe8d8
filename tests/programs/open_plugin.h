/* SPDX-License-Identifier: MIT */
/* Opening a plugin as $OPEN_WITH says: "deepbind", "dlmopen", or with nothing special. */
#ifndef TESTS_OPEN_PLUGIN_H
#define TESTS_OPEN_PLUGIN_H

#define _GNU_SOURCE 1
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

static inline void *open_plugin(const char *path)
{
    const char *with = getenv("OPEN_WITH");

    if (with && !strcmp(with, "dlmopen"))
        return dlmopen(LM_ID_NEWLM, path, RTLD_NOW | RTLD_LOCAL);
    return dlopen(path,
                  RTLD_LAZY | RTLD_LOCAL | (with && !strcmp(with, "deepbind") ? RTLD_DEEPBIND : 0));
}

#endif
