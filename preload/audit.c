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
#include "export.h"
#include "generation.h"
#include "heap_watch.h"
#include "port.h"
#include "process.h"
#include "providers.h"
#include "release.h"
#include "rpc.h"
#include "stack_room.h"
#include "stacks.h"
#include "start.h"
#include "threads.h"
#include "trace_writer.h"

/* What is answered where nobody implements a function. */
#define SCARD_F_INTERNAL_ERROR 0x80100001U
#define RPC_S_CANNOT_SUPPORT 1764U

/* No provider returns this address, so a slot that holds something else was written to. */
static char sentinel;

static uint64_t forward(sca_raw *real, const uint64_t *args)
{
    return real(args[0], args[1], args[2], args[3], args[4], args[5], args[6], args[7]);
}

static uint64_t dword_at(const struct sca_call *call, uint64_t address)
{
    return call->dword == 4 ? *(const uint32_t *)address : *(const uint64_t *)address;
}

/* A length that a program handed over; false where there is none. The address may be anything: what
 * it leads to the provider may not have looked at before it refused the call. */
static bool length_at(const struct sca_call *call, uint64_t address, uint64_t *length)
{
    if (!address || !sca_may_read((const void *)address, call->dword))
        return false;
    *length = dword_at(call, address);
    return true;
}

static bool is_autoallocate(const struct sca_call *call, uint64_t length)
{
    return length == (call->dword == 4 ? UINT32_MAX : UINT64_MAX);
}

/* How many bytes, at least, the provider may write where an argument leads to, if anywhere. */
static uint64_t extent(const struct sca_call *call, unsigned argument)
{
    for (unsigned i = 0; i < SCA_MAX_EFFECTS; i++) {
        const struct sca_effect *block = &call->row->effects[i];
        uint64_t length;

        if (block->type != SCA_BLOCK)
            continue;
        if (block->length == argument)
            return call->dword;
        /* Of a buffer nobody knows: the length that goes with it may be too large, or never set. */
        if (block->arg == argument)
            return length_at(call, call->args[block->length], &length) &&
                           is_autoallocate(call, length)
                       ? sizeof(void *)
                       : 0;
    }
    /* Besides, calls with a card handle have DWORDs that they fill, calls with a context names. */
    return call->row->effects[0].kind == SCA_KIND_CARD_HANDLE ? call->dword : 0;
}

/* Does the provider write to some of the same bytes by another argument? What stays there in the
 * end is then a matter of its order. */
static bool is_shared(const struct sca_call *call, unsigned out)
{
    uint64_t start = call->args[out];

    for (unsigned i = 0; i < call->row->arity; i++) {
        uint64_t other = call->args[i];
        uint64_t size = i == out ? 0 : extent(call, i);

        if (size && (other < start ? start - other < size : other - start < sizeof(void *)))
            return true;
    }
    return false;
}

/*
 * A provider may hand out a block together with an error, and leaves the program's variable alone
 * otherwise: so let it write to a variable of ours and see whether it did.
 */
static void divert_block(struct sca_call *call, unsigned effect)
{
    const struct sca_effect *block = &call->row->effects[effect];
    uint64_t length;

    if (!call->args[block->arg] || !length_at(call, call->args[block->length], &length) ||
        !is_autoallocate(call, length) || is_shared(call, block->arg))
        return;
    call->out[effect] = (void **)call->args[block->arg];
    call->slot[effect] = &sentinel;
    call->args[block->arg] = (uint64_t)&call->slot[effect];
}

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
            if (call->row->effects[i].kind == SCA_KIND_AUTOALLOCATE)
                begin_release(call, &call->row->effects[i]);
            else if (call->row->effects[i].kind == SCA_KIND_RPC_BLOCK)
                sca_rpc_begin(call, &call->row->effects[i]);
            call->pending[i] = sca_call_pending(call, i);
            if (SCA_UNLIKELY(!call->pending[i]) && call->releases)
                sca_release_unrecorded();
            break;
        case SCA_MARK:
        case SCA_CLIENT_FREE:
            sca_rpc_begin(call, &call->row->effects[i]);
            call->pending[i] = sca_call_pending(call, i);
            break;
        case SCA_USE:
        case SCA_QUERY:
        case SCA_NEED:
        case SCA_LEAVE:
        case SCA_ADOPT:
        case SCA_DRAIN:
        case SCA_PAIR:
            call->pending[i] = sca_call_pending(call, i);
            break;
        case SCA_BLOCK:
            divert_block(call, i);
            break;
        default:
            break;
        }
}

/*
 * Hand diverted blocks to the program, once free() knows them; what the call did not write stays
 * untouched.
 */
static void deliver_blocks(struct sca_call *call)
{
    for (unsigned i = 0; i < SCA_MAX_EFFECTS; i++) {
        if (!call->out[i] || call->slot[i] == &sentinel)
            continue;
        if (call->slot[i] && sca_process_token() == call->token)
            sca_heap_watch(call->thread, call->slot[i], SCA_BLOCK_LIVE);
        *call->out[i] = call->slot[i];
    }
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

static void after_block(struct sca_call *call, unsigned effect, uint64_t result, uint64_t leave)
{
    const struct sca_effect *block = &call->row->effects[effect];
    bool handed_out = call->out[effect] && call->slot[effect] != &sentinel && call->slot[effect];
    uint64_t size = sca_succeeded(call->row, result) && handed_out
                        ? block->unit * dword_at(call, call->args[block->length])
                        : 0;

    if (handed_out)
        sca_call_acquisition(call, effect, (uint64_t)call->slot[effect], size, result, leave);
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
            after_block(call, i, result, leave);
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
    if (call->row->family == SCA_FAMILY_PCSC)
        return returned;
    return sca_rpc_end(call, sca_rpc_status(call, returned));
}

static uint64_t audited(enum sca_fn fn, struct sca_target target, uint64_t *args,
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
    call.pooled = false;
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
        return forward(target.real, args);
    }
    call.stack = sca_stack_here(call.thread, caller, generation);
    call.enter = sca_now();
    if (SCA_LIKELY(sca_process_token() == call.token)) /* no signal handler has forked meanwhile */
        before(&call);
    errno = error;

    uint64_t result = forward(target.real, args);
    uint64_t leave;

    error = errno;
    leave = sca_now(); /* before anybody can give back what is handed out */
    end_release(&call, result, target.provider);
    deliver_blocks(&call);
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
    return audited(fn, target, args, caller, generation);
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
