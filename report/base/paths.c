/* SPDX-License-Identifier: MIT */
#include "paths.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memory.h"

#define PRELOAD "libscardaudit.so"

/*
 * Relative to the directory of the executable, in this order. The build tree's stand before the
 * configured directory, so that a fresh build is not tested with an older installed preload.
 * (libtool may have put the executable itself into .libs.)
 */
static const char *const beside[] = {
    "../lib/" PRELOAD,   "../lib/x86_64-linux-gnu/" PRELOAD, "../lib64/" PRELOAD, ".libs/" PRELOAD,
    "../.libs/" PRELOAD,
};

static char *readable(const char *path)
{
    char *resolved = realpath(path, NULL);

    if (resolved && access(resolved, R_OK) == 0)
        return resolved;
    free(resolved);
    return NULL;
}

char *path_of_preload(void)
{
    char *executable = realpath("/proc/self/exe", NULL);
    char *found = NULL;

    if (executable) {
        *strrchr(executable, '/') = '\0';
        for (size_t i = 0; i < sizeof beside / sizeof *beside && !found; i++) {
            char *path = xasprintf("%s/%s", executable, beside[i]);

            found = readable(path);
            free(path);
        }
        free(executable);
    }
    return found ? found : readable(LIBDIR "/" PRELOAD);
}
