/* SPDX-License-Identifier: MIT */
#include "sanitizer.h"

#include <stddef.h>

#include "elf_object.h"
#include "export.h"

bool sca_under_thread_sanitizer(void)
{
    struct sca_object object;
    size_t i = 0;

    while (sca_object_at_start(i++, &object))
        if (sca_object_symbol(&object, "__tsan_init"))
            return true;
    return false;
}
