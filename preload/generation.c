/* SPDX-License-Identifier: MIT */
#include "generation.h"

#include <link.h>
#include <stdatomic.h>

#include "export.h"

#define UNDER_WAY 0x80000000U

static _Atomic uint32_t unloaded;   /* dlclose calls that found something unloaded */
static _Atomic uint32_t closing;    /* dlclose calls under way */
static _Atomic uint32_t events;     /* their starts and ends */
static _Atomic uint64_t last_count; /* the loader's, + 1, when the last dlclose ended; 0: never */

uint32_t sca_generation(void)
{
    if (SCA_LIKELY(atomic_load_explicit(&closing, memory_order_acquire) == 0))
        return atomic_load_explicit(&unloaded, memory_order_acquire) & ~UNDER_WAY;
    return UNDER_WAY | atomic_load(&events);
}

void sca_generation_forked(void)
{
    atomic_store(&closing, 0);
}

static int first_object(struct dl_phdr_info *info, size_t size, void *count)
{
    (void)size;
    *(uint64_t *)count = info->dlpi_subs + 1;
    return 1;
}

/*
 * How many objects the loader has unloaded, + 1. Only changes of it mean anything: with more than
 * one namespace, and so under LD_AUDIT, glibc counts wrongly and starts below zero.
 */
static uint64_t loaders_count(void)
{
    uint64_t count = 0;

    dl_iterate_phdr(first_object, &count);
    return count;
}

int sca_generation_unload(int (*real)(void *), void *handle)
{
    uint64_t before, after, last;
    int result;

    atomic_fetch_add(&events, 1);
    atomic_fetch_add(&closing, 1);
    before = loaders_count();
    result = real(handle);
    after = loaders_count();
    last = atomic_exchange(&last_count, after);
    /* Between two of our calls somebody may have closed an object unseen. */
    if (after != before || (last && last != before))
        atomic_fetch_add(&unloaded, 1);
    atomic_fetch_add(&events, 1);
    atomic_fetch_sub(&closing, 1);
    return result;
}
