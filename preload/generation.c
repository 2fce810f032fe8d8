/* SPDX-License-Identifier: MIT */
#include "generation.h"

#include <link.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "export.h"
#include "real.h"

static _Atomic uint64_t known = 1; /* the count (bits 32..63), dlclose calls when it was read */
static _Atomic uint32_t closing;   /* dlclose calls under way */
static _Atomic uint32_t closed;    /* dlclose calls so far, started or ended */

static int first_object(struct dl_phdr_info *info, size_t size, void *unloaded)
{
    (void)size;
    *(uint64_t *)unloaded = (uint32_t)info->dlpi_subs;
    return 1;
}

uint32_t sca_generation(void)
{
    uint64_t value = atomic_load_explicit(&known, memory_order_acquire);
    uint32_t calls = atomic_load_explicit(&closed, memory_order_acquire);
    uint64_t unloaded = 0;

    if (SCA_LIKELY((uint32_t)value == calls && !atomic_load(&closing)))
        return (uint32_t)(value >> 32);
    dl_iterate_phdr(first_object, &unloaded);
    atomic_store_explicit(&known, unloaded << 32 | calls, memory_order_release);
    return (uint32_t)unloaded;
}

void sca_generation_forked(void)
{
    atomic_store(&closing, 0);
}

SCA_EXPORT int dlclose(void *handle);
int dlclose(void *handle)
{
    int (*real)(void *) = (int (*)(void *))sca_real(SCA_REAL_dlclose);
    int result;

    atomic_fetch_add(&closing, 1);
    atomic_fetch_add(&closed, 1);
    result = real(handle);
    atomic_fetch_add(&closed, 1);
    atomic_fetch_sub(&closing, 1);
    return result;
}
