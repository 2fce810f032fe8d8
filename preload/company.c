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
    struct sca_object object;

    for (size_t i = 0; sca_object_at_start(i, &object); i++)
        if (sca_starts_with(sca_base_name(object.path), "vgpreload_"))
            return true;
    return false;
}
