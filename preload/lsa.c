/* SPDX-License-Identifier: MIT */
#include "lsa.h"

#include <errno.h>

#include "api.h"
#include "elf_object.h"
#include "export.h"
#include "lsa_hosts.h"
#include "lsa_packages.h"
#include "lsa_stubs.h"
#include "lsa_table.h"
#include "providers.h"
#include "recording.h"
#include "scope.h"
#include "start.h"
#include "trace_writer.h"
#include "unwinder.h"

#define STATUS_NOT_IMPLEMENTED 0xc0000002U /* where nobody implements it */

static _Atomic(void *) files[SCA_LSA_FILES]; /* their SpLsaModeInitialize */

void *sca_lsa_bound(void *real)
{
    for (size_t i = 0; i < SCA_LSA_FILES; i++) {
        void *there = NULL;

        if (atomic_compare_exchange_strong(&files[i], &there, real) || there == real)
            return sca_lsa_stub(SCA_LSA_ENTRY + i);
    }
    sca_mark_skipped();
    return NULL;
}

void *sca_lsa_hook(void *real)
{
    struct sca_object object;

    if (!real || !sca_object_at(real, &object) || sca_object_is_ours(&object) || !sca_start())
        return NULL;
    sca_unwinder_load();
    sca_recording_open();
    return sca_lsa_bound(real);
}

static uint64_t initialize(void *real, const uint64_t args[SCA_MAX_ARGS])
{
    uint64_t status = sca_call_raw((sca_raw *)real, args);
    int error = errno;

    if ((uint32_t)status >> 31 == 0)
        sca_lsa_packages(real, args);
    errno = error;
    return status;
}

/* By the assembly. None has arguments on the stack. Returns what the real function left in RAX. */
uint64_t sca_lsa_stub_called(unsigned number, uint64_t args[SCA_MAX_ARGS], const void *caller);

uint64_t sca_lsa_stub_called(unsigned number, uint64_t args[SCA_MAX_ARGS], const void *caller)
{
    if (number >= SCA_LSA_HOST)
        return sca_lsa_host_called(number - SCA_LSA_HOST, args, caller);
    if (number >= SCA_LSA_SHUTDOWN)
        return sca_lsa_package_shutdown(number - SCA_LSA_SHUTDOWN, args, caller);
    if (number >= SCA_LSA_INITIALIZE)
        return sca_lsa_package_initialize(number - SCA_LSA_INITIALIZE, args, caller);
    return initialize(atomic_load(&files[number]), args);
}

/* For a host that is linked to its package. */
#define EXPORTED(name)                                                                             \
    SCA_EXPORT uint64_t name(uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3);                  \
    uint64_t name(uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3)                              \
    {                                                                                              \
        uint64_t args[SCA_MAX_ARGS] = {a0, a1, a2, a3};                                            \
                                                                                                   \
        return linked(#name, args, __builtin_return_address(0));                                   \
    }

static uint64_t linked(const char *name, const uint64_t args[SCA_MAX_ARGS], const void *caller)
{
    int error = errno;
    struct sca_object object;
    void *real = sca_scope_find(name, sca_object_at(caller, &object) ? &object : NULL);
    bool watched = sca_lsa_hook(real) != NULL;

    errno = error;
    if (!real)
        return STATUS_NOT_IMPLEMENTED;
    return watched ? initialize(real, args) : sca_call_raw((sca_raw *)real, args);
}

SCA_LSA_ENTRIES(EXPORTED)
