/* SPDX-License-Identifier: MIT */
#include "lsa_hosts.h"

#include "audit.h"
#include "generation.h"
#include "lsa_stubs.h"
#include "patch.h"
#include "port.h"
#include "stack_room.h"
#include "trace_writer.h"

/* Where in a table (ntsecpkg.h; all that there are have 41 slots at least) stands what. */
static const struct {
    uint8_t slot;
    enum sca_fn fn;
} audited[SCA_LSA_SLOTS] = {
    {5, SCA_FN_AllocateLsaHeap},     {6, SCA_FN_FreeLsaHeap},
    {26, SCA_FN_CreateSharedMemory}, {27, SCA_FN_AllocateSharedMemory},
    {28, SCA_FN_FreeSharedMemory},   {29, SCA_FN_DeleteSharedMemory},
};
#define READ_SLOTS 30
#define TELLING 2 /* the first whose object is certainly the host's: Create */

/* Who copied the table calls the stubs too, so these stay as they are: a table that has others by
 * now is another one. */
static struct host {
    _Atomic uint64_t table; /* 0: free */
    _Atomic(void *) originals[SCA_LSA_SLOTS];
    _Atomic(struct sca_provider *) provider; /* that these are functions of */
} hosts[SCA_LSA_HOSTS];

static void *stub_of(const struct host *host, size_t slot)
{
    return sca_lsa_stub(SCA_LSA_HOST + (size_t)(host - hosts) * SCA_LSA_SLOTS + slot);
}

static void *function_in(uint64_t table, size_t slot)
{
    return __atomic_load_n((void **)table + audited[slot].slot, __ATOMIC_ACQUIRE);
}

static bool has_functions_of(const struct host *host, uint64_t table)
{
    for (size_t i = 0; i < SCA_LSA_SLOTS; i++) {
        const void *original = atomic_load(&host->originals[i]), *there = function_in(table, i);

        if (original && there && there != original && !sca_is_lsa_stub(there))
            return false;
    }
    return true;
}

static struct host *host_of(uint64_t table)
{
    for (size_t i = 0; i < SCA_LSA_HOSTS; i++) {
        uint64_t there = 0;

        if (atomic_compare_exchange_strong(&hosts[i].table, &there, table) ||
            (there == table && has_functions_of(&hosts[i], table)))
            return &hosts[i];
    }
    sca_mark_skipped();
    return NULL;
}

/* One for all, whoever defines the others: many a FreeLsaHeap is free() itself, which is ours. */
static void note_provider(struct host *host)
{
    struct sca_provider *provider = NULL;

    for (size_t i = 0; i < SCA_LSA_SLOTS && !provider; i++)
        provider = sca_provider_at(atomic_load(&host->originals[(i + TELLING) % SCA_LSA_SLOTS]),
                                   SCA_FAMILY_LSA);
    atomic_store(&host->provider, provider);
}

bool sca_lsa_host(uint64_t table)
{
    struct sca_patch patches[SCA_LSA_SLOTS];
    struct host *host;
    size_t count = 0;
    bool good;

    if (!table)
        return true; /* there is nothing to call */
    if (table % sizeof(void *) || !sca_may_call() ||
        !sca_may_read((const void *)table, READ_SLOTS * sizeof(void *)))
        return false;
    host = host_of(table);
    if (!host)
        return false;
    for (size_t i = 0; i < SCA_LSA_SLOTS; i++)
        if (!sca_is_lsa_stub(function_in(table, i))) /* else it was copied from one that has them */
            patches[count++] = (struct sca_patch){(void **)table + audited[i].slot,
                                                  stub_of(host, i), &host->originals[i]};
    good = sca_patch(patches, count);
    note_provider(host);
    return good;
}

uint64_t sca_lsa_host_called(size_t number, uint64_t args[SCA_MAX_ARGS], const void *caller)
{
    const struct host *host = &hosts[number / SCA_LSA_SLOTS];
    size_t slot = number % SCA_LSA_SLOTS;
    struct sca_target target = {atomic_load(&host->provider),
                                (sca_raw *)atomic_load(&host->originals[slot])};

    return sca_call_audited(audited[slot].fn, target, args, caller, sca_generation());
}
