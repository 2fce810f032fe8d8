/* SPDX-License-Identifier: MIT */
#include "rpc.h"

#include <errno.h>
#include <stddef.h>

#include "filter.h"
#include "heap_record.h"
#include "port.h"
#include "process.h"
#include "stack_room.h"

/* What an allocation without a result means, where its status is not told. */
#define RPC_S_OUT_OF_MEMORY 14U

uint64_t sca_rpc_status(const struct sca_call *call, uint64_t result)
{
    unsigned stored = sca_status_argument(call->row);
    uint32_t status = 0;

    if (stored == SCA_NOARG)
        return (uint32_t)result;
    if (call->args[stored] && sca_may_read((const void *)call->args[stored], sizeof status))
        status = *(const uint32_t *)call->args[stored];
    if (!status && !result && call->row->effects[1].type == SCA_RETURNED)
        return RPC_S_OUT_OF_MEMORY;
    return status;
}

static uint16_t bit_of(uint16_t provider)
{
    return (uint16_t)(1U << (provider - 1));
}

#define PROVIDER_BITS 8

static uint32_t environment_of(const struct sca_call *call, uint64_t handle)
{
    return (uint32_t)(handle >> 3 ^ handle >> 27) << PROVIDER_BITS | call->provider;
}

static bool is_of(const struct sca_call *call, uint32_t entered)
{
    return (entered & ((1U << PROVIDER_BITS) - 1)) == call->provider;
}

/*
 * The same once more, or another one? Not asked before the call, when this provider may have no
 * state yet to answer from. Where the thread is in one of another provider it is not known, and
 * asking once too often after the next Disable does no harm.
 */
static void place_thread(const struct sca_call *call, uint64_t handle)
{
    uint32_t entered = environment_of(call, handle);

    if (sca_environment && (!is_of(call, sca_environment) || sca_environment == entered))
        call->thread->reentered |= bit_of(call->provider);
    sca_environment = entered;
    call->thread->entered = true;
}

static void after_enter(struct sca_call *call, unsigned effect, const struct sca_provider *provider,
                        uint64_t status, uint64_t leave)
{
    uint64_t handle = 0;

    if (sca_succeeded(call->row, status)) {
        handle = sca_provider_thread_handle(provider, call->thread->serial);
        place_thread(call, handle);
    }
    sca_call_acquisition(call, effect, handle, 0, status, leave);
}

/* Where environments were entered more than once, only the provider knows whether this was the
 * last one. */
static void after_leave(struct sca_call *call, const struct sca_provider *provider, uint64_t status,
                        uint64_t leave)
{
    bool reentered =
        call->thread->reentered & bit_of(call->provider) && sca_provider_tells_handles(provider);
    uint64_t handle;

    if (!sca_succeeded(call->row, status))
        return;
    handle = reentered ? sca_provider_thread_handle(provider, 0) : 0;
    if (!handle && is_of(call, sca_environment))
        sca_environment = 0;
    if (!reentered)
        return;
    call->row = &sca_functions[SCA_FN_RpcSmGetThreadHandle];
    call->enter = leave;
    sca_call_told(call, 0, handle, 0, 0, leave);
}

static void after_adopt(const struct sca_call *call, unsigned effect, uint64_t status)
{
    uint64_t handle = sca_call_argument(call, call->row->effects[effect].arg);

    if (!sca_succeeded(call->row, status))
        return;
    sca_environment = handle ? environment_of(call, handle) : 0;
    call->thread->entered = true;
}

static void after_old_pair(struct sca_call *call, unsigned effect, uint64_t status, uint64_t leave)
{
    const struct sca_effect *old = &call->row->effects[effect];
    const uint64_t *free = (const uint64_t *)call->args[old->arg];
    const uint64_t *alloc = (const uint64_t *)call->args[old->owner];

    if (sca_succeeded(call->row, status) && free && alloc && sca_may_read(free, sizeof *free) &&
        sca_may_read(alloc, sizeof *alloc))
        sca_call_told(call, effect, *free, *alloc, status, leave);
}

void sca_rpc_after(struct sca_call *call, unsigned effect, const struct sca_provider *provider,
                   uint64_t returned, uint64_t status, uint64_t leave)
{
    switch (call->row->effects[effect].type) {
    case SCA_ENTER:
        after_enter(call, effect, provider, status, leave);
        break;
    case SCA_LEAVE:
        after_leave(call, provider, status, leave);
        break;
    case SCA_ADOPT:
        after_adopt(call, effect, status);
        break;
    case SCA_TELL:
        sca_call_told(call, effect, returned, 0, status, leave);
        break;
    case SCA_OLD_PAIR:
        after_old_pair(call, effect, status, leave);
        break;
    default:
        break;
    }
}

uint64_t sca_rpc_user_free(enum sca_fn fn, struct sca_target target,
                           const uint64_t args[SCA_MAX_ARGS], const void *caller,
                           uint32_t generation)
{
    const void *block = (const void *)args[0];
    struct sca_thread *thread;
    struct sca_heap_record record = {NULL, 0};
    uint16_t provider = 0;
    uint64_t result;
    int error;

    if (sca_filter_get(block) == SCA_BLOCK_POOLED && (thread = sca_thread_here())) {
        if (target.provider)
            provider = sca_provider_number(thread, target.provider, generation);
        record = sca_record_free(fn, provider, block, sca_now(), 0, caller);
    }
    result = sca_call_raw(target.real, args);
    error = errno;
    sca_record_freed(&record, 0);
    errno = error;
    return result;
}
