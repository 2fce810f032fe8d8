/* SPDX-License-Identifier: MIT */
#include "source_path.h"

#include <string.h>

#include "memory.h"

char *source_path(const char *file)
{
    char *shown = xstrdup(file), *end = shown;

    while (*file) {
        size_t length = strcspn(file, "/");
        char *parent = end > shown ? end - 1 : end;

        while (parent > shown && parent[-1] != '/')
            parent--;
        if (length == 2 && !strncmp(file, "..", 2) && end > parent + 1 &&
            strncmp(parent, "../", 3) != 0 && strncmp(parent, "./", 2) != 0) {
            end = parent;
            file += file[length] ? length + 1 : length;
            continue;
        }
        if (file[length])
            length++;
        memmove(end, file, length);
        end += length;
        file += length;
    }
    *end = '\0';
    return shown;
}
