/* SPDX-License-Identifier: MIT */
/*
 * A use, query or release is recorded before the real call (so that it is in the trace when the
 * call kills the program) with result PENDING, and completed after it. An acquisition is recorded
 * after the call, because only then there is something to record. Nothing is held across the real
 * call: it may take for ever, longjmp, fork or be cancelled.
 */
#include "audit.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>

#include "call.h"
#include "divert.h"
#include "export.h"
#include "generation.h"
#include "heap_watch.h"
#include "pooled.h"
#include "port.h"
#include "process.h"
#include "providers.h"
#include "release.h"
#include "rpc.h"
#include "stacks.h"
#include "start.h"
#include "threads.h"
#include "trace_writer.h"

/* What is answered where nobody implements a function. */
#define SCARD_F_INTERNAL_ERROR 0x80100001U
#define RPC_S_CANNOT_SUPPORT 1764U

/* Who sees that another call was here before came later: the time says so too. */
static void begin_release(struct sca_call *call, const struct sca_effect *effect)
{
    call->release = sca_release_begin((const void *)call->args[effect->arg], call->provider);
    call->releases = true;
    call->flags |= (uint8_t)sca_release_flags(&call->release);
    if (SCA_UNLIKELY(call->release.found != SCA_BLOCK_LIVE))
        call->enter = sca_now();
}

static void before(struct sca_call *call)
{
    for (unsigned i = 0; i < SCA_MAX_EFFECTS; i++)
        switch (call->row->effects[i].type) {
        case SCA_RELEASE:
            if (sca_is_pooled(call->row->effects[i].kind))
                sca_pooled_begin(call, &call->row->effects[i]);
            else if (sca_is_memory(call->row->effects[i].kind))
                begin_release(call, &call->row->effects[i]);
            call->pending[i] = sca_call_pending(call, i);
            if (SCA_UNLIKELY(!call->pending[i]) && call->releases)
                sca_release_unrecorded();
            break;
        case SCA_MARK:
        case SCA_CLIENT_FREE:
            sca_pooled_begin(call, &call->row->effects[i]);
            call->pending[i] = sca_call_pending(call, i);
            break;
        case SCA_USE:
        case SCA_QUERY:
        case SCA_NEED:
        case SCA_LEAVE:
        case SCA_ADOPT:
        case SCA_DRAIN:
        case SCA_PAIR:
        case SCA_START:
        case SCA_STOP:
            call->pending[i] = sca_call_pending(call, i);
            break;
        case SCA_BLOCK:
        case SCA_OUT:
            sca_divert(call, i);
            break;
        default:
            break;
        }
}

/* WTSFreeMemoryEx looks into the block for others that it frees too, and would find the pattern. */
static bool is_absorbed_whole(const struct sca_call *call)
{
    return call->releases && call->row->success == SCA_OK_TRUE &&
           sca_release_flags(&call->release) & SCA_CALL_ABSORBED;
}

static uint64_t forward(const struct sca_call *call, void *real)
{
    if (SCA_LIKELY(!is_absorbed_whole(call)))
        return sca_call_raw(real, call->args);
    sca_release_seen();
    return true;
}

/* What a call did to a block stays true when its record is another process's. */
static void end_release(const struct sca_call *call, uint64_t result, struct sca_provider *provider)
{
    if (call->releases && !sca_release_end(&call->release, sca_succeeded(call->row, result)) &&
        sca_process_token() == call->token)
        sca_provider_frees_unseen(call->thread, provider, sca_generation());
}

static void after_handle(struct sca_call *call, unsigned effect, uint64_t result, uint64_t leave)
{
    const uint64_t *out = (const uint64_t *)call->args[call->row->effects[effect].arg];
    uint64_t value = out && sca_succeeded(call->row, result) ? *out : 0;

    /* A failed acquisition is recorded only where it stands for the call. */
    if (value || call->flags & SCA_CALL_FIRST)
        sca_call_acquisition(call, effect, value, 0, result, leave);
}

static void after_returned(struct sca_call *call, unsigned effect, uint64_t returned,
                           uint64_t result, uint64_t leave)
{
    const struct sca_effect *effects = &call->row->effects[effect];
    uint64_t size = sca_call_argument(call, effects->length);

    if (call->row->success == SCA_OK_HANDLE && !sca_succeeded(call->row, result))
        returned = 0;
    if (returned && sca_is_memory(effects->kind))
        sca_heap_watch(call->thread, (const void *)returned,
                       sca_is_pooled(effects->kind) ? SCA_BLOCK_POOLED : SCA_BLOCK_LIVE);
    if (returned || call->flags & SCA_CALL_FIRST)
        sca_call_acquisition(call, effect, returned,
                             effects->unit == sizeof(uint32_t) ? (uint32_t)size : size, result,
                             leave);
}

static void after(struct sca_call *call, const struct sca_provider *provider, uint64_t returned,
                  uint64_t result, uint64_t leave)
{
    for (unsigned i = 0; i < SCA_MAX_EFFECTS; i++) {
        if (call->pending[i]) {
            call->pending[i]->result = result;
            atomic_store_explicit(&call->pending[i]->leave, leave, memory_order_release);
        }
        switch (call->row->effects[i].type) {
        case SCA_HANDLE:
            after_handle(call, i, result, leave);
            break;
        case SCA_BLOCK:
        case SCA_OUT:
            sca_diverted(call, i, result, leave);
            break;
        case SCA_RETURNED:
            after_returned(call, i, returned, result, leave);
            break;
        case SCA_BEGIN:
            if (sca_succeeded(call->row, result))
                sca_call_acquisition(call, i, call->args[call->row->effects[i].arg], 0, result,
                                     leave);
            break;
        default:
            sca_rpc_after(call, i, provider, returned, result, leave);
            break;
        }
    }
    sca_anchor(&call->thread->cursor, leave);
}

static uint64_t result_of(const struct sca_call *call, uint64_t returned)
{
    if (call->row->success == SCA_OK_ALWAYS)
        returned = 0;
    else if (call->row->family == SCA_FAMILY_RPC)
        returned = sca_rpc_status(call, returned);
    return sca_pooled_end(call, returned);
}

uint64_t sca_call_audited(enum sca_fn fn, struct sca_target target, uint64_t args[SCA_MAX_ARGS],
                          const void *caller, uint32_t generation)
{
    struct sca_call
        call; /* the rest is set where it is needed: to clear all of it takes its time */
    int error = errno;

    call.row = &sca_functions[fn];
    call.args = args;
    call.provider = 0;
    call.flags = SCA_CALL_FIRST;
    call.releases = false;
    call.pooled = NULL;
    for (unsigned i = 0; i < SCA_MAX_EFFECTS; i++) {
        call.pending[i] = NULL;
        call.out[i] = NULL;
    }
    call.thread = target.provider ? sca_thread_here() : NULL;
    if (call.thread) {
        call.token = call.thread->token;
        call.provider = sca_provider_number(call.thread, target.provider, generation);
        call.dword = (uint8_t)sca_provider_dword(target.provider);
    }
    if (!call.provider) {
        errno = error;
        return sca_call_raw(target.real, args);
    }
    call.stack = sca_stack_here(call.thread, caller, generation);
    call.enter = sca_now();
    if (SCA_LIKELY(sca_process_token() == call.token)) /* no signal handler has forked meanwhile */
        before(&call);
    errno = error;

    uint64_t result = forward(&call, target.real);
    uint64_t leave;

    error = errno;
    leave = sca_now(); /* before anybody can give back what is handed out */
    end_release(&call, result, target.provider);
    sca_deliver(&call);
    /* A child that was forked inside the call has another trace, or none. */
    if (sca_process_token() == call.token)
        after(&call, target.provider, result, result_of(&call, result), leave);
    errno = error;
    return result;
}

static uint64_t absent(const struct sca_function *row)
{
    if (row->family == SCA_FAMILY_PCSC)
        return SCARD_F_INTERNAL_ERROR;
    return row->success == SCA_OK_ZERO ? RPC_S_CANNOT_SUPPORT : 0;
}

static uint64_t go_on(enum sca_fn fn, struct sca_target target, uint64_t *args, const void *caller,
                      uint32_t generation)
{
    if (SCA_UNLIKELY(sca_functions[fn].effects[0].type == SCA_FREE))
        return sca_rpc_user_free(fn, target, args, caller, generation);
    return sca_call_audited(fn, target, args, caller, generation);
}

uint64_t sca_call_exported(enum sca_fn fn, uint64_t args[SCA_MAX_ARGS], const void *caller)
{
    uint32_t generation;
    struct sca_target target;

    sca_start();
    generation = sca_generation();
    target = sca_target_exported(fn, caller, generation);
    if (SCA_UNLIKELY(!target.real))
        return absent(&sca_functions[fn]);
    return go_on(fn, target, args, caller, generation);
}

uint64_t sca_call_bound(unsigned slot, enum sca_fn fn, uint64_t args[SCA_MAX_ARGS],
                        const void *caller)
{
    return go_on(fn, sca_target_bound(slot, fn), args, caller, sca_generation());
}
