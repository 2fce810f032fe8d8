/* SPDX-License-Identifier: MIT */
#include "company.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

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

static bool has_valgrinds_preload(void)
{
    struct sca_object object;

    for (size_t i = 0; sca_object_at_start(i, &object); i++)
        if (sca_starts_with(sca_base_name(object.path), "vgpreload_"))
            return true;
    return false;
}

bool sca_under_valgrind(void)
{
    static _Atomic uint8_t known; /* 1: no, 2: yes */

    if (!atomic_load_explicit(&known, memory_order_relaxed))
        atomic_store_explicit(&known, has_valgrinds_preload() ? 2 : 1, memory_order_relaxed);
    return atomic_load_explicit(&known, memory_order_relaxed) == 2;
}
