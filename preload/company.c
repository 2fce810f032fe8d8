/* SPDX-License-Identifier: MIT */
#include "company.h"

#include <stddef.h>

#include "elf_object.h"
#include "port.h"

bool sca_under_thread_sanitizer(void)
{
    struct sca_object object;
    size_t i = 0;

    while (sca_object_at_start(i++, &object))
        if (sca_object_symbol(&object, "__tsan_init"))
            return true;
    return false;
}

bool sca_under_valgrind(void)
{
    static const char library[] = "vgpreload_";
    struct sca_object object;

    for (size_t i = 0; sca_object_at_start(i, &object); i++) {
        const char *name = sca_base_name(object.path);
        size_t same = 0;

        while (library[same] && name[same] == library[same])
            same++;
        if (!library[same])
            return true;
    }
    return false;
}
