/* SPDX-License-Identifier: MIT */
#include "generation.h"

#include <link.h>
#include <stdatomic.h>

#include "export.h"
#include "real.h"

#define UNDER_WAY 0x80000000U

static _Atomic uint32_t unloaded; /* when the last dlclose ended */
static _Atomic uint32_t closing;  /* dlclose calls under way */
static _Atomic uint32_t events;   /* their starts and ends */

uint32_t sca_generation(void)
{
    if (SCA_LIKELY(atomic_load_explicit(&closing, memory_order_acquire) == 0))
        return atomic_load_explicit(&unloaded, memory_order_acquire);
    return UNDER_WAY | atomic_load(&events);
}

void sca_generation_forked(void)
{
    atomic_store(&closing, 0);
}

static int first_object(struct dl_phdr_info *info, size_t size, void *count)
{
    (void)size;
    *(uint32_t *)count = (uint32_t)info->dlpi_subs & ~UNDER_WAY;
    return 1;
}

SCA_EXPORT int dlclose(void *handle);
int dlclose(void *handle)
{
    int (*real)(void *) = (int (*)(void *))sca_real(SCA_REAL_dlclose);
    uint32_t count = 0;
    int result;

    atomic_fetch_add(&events, 1);
    atomic_fetch_add(&closing, 1);
    result = real(handle);
    dl_iterate_phdr(first_object, &count);
    atomic_store(&unloaded, count);
    atomic_fetch_add(&events, 1);
    atomic_fetch_sub(&closing, 1);
    return result;
}
