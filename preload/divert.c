/* SPDX-License-Identifier: MIT */
#include "divert.h"

#include "heap_watch.h"
#include "process.h"
#include "stack_room.h"
#include "wts.h"

/* No provider returns this address, so a slot that holds something else was written to. */
static char sentinel;

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

/* Is the program's variable to receive a block? */
static bool is_asked_for(const struct sca_call *call, const struct sca_effect *block)
{
    uint64_t length;

    if (!call->args[block->arg])
        return false;
    if (block->type == SCA_OUT)
        return !sca_wts_is_shared(call, block);
    return length_at(call, call->args[block->length], &length) && is_autoallocate(call, length) &&
           !is_shared(call, block->arg);
}

void sca_divert(struct sca_call *call, unsigned effect)
{
    const struct sca_effect *block = &call->row->effects[effect];

    if (block->type == SCA_OUT)
        call->level = sca_wts_level(call, block);
    if (!is_asked_for(call, block))
        return;
    call->out[effect] = (void **)call->args[block->arg];
    call->slot[effect] = &sentinel;
    call->args[block->arg] = (uint64_t)&call->slot[effect];
}

void sca_deliver(struct sca_call *call)
{
    for (unsigned i = 0; i < SCA_MAX_EFFECTS; i++) {
        if (!call->out[i] || call->slot[i] == &sentinel)
            continue;
        if (call->slot[i] && sca_process_token() == call->token)
            sca_heap_watch(call->thread, call->slot[i], SCA_BLOCK_LIVE);
        *call->out[i] = call->slot[i];
    }
}

void sca_diverted(struct sca_call *call, unsigned effect, uint64_t result, uint64_t leave)
{
    const struct sca_effect *block = &call->row->effects[effect];
    bool written = call->out[effect] && call->slot[effect] != &sentinel;
    uint64_t value = written ? (uint64_t)call->slot[effect] : 0;
    bool good = sca_succeeded(call->row, result);

    if (block->type == SCA_OUT) {
        if (call->out[effect])
            sca_wts_handed_out(call, effect, value, written, result, leave);
        return;
    }
    if (value)
        sca_call_acquisition(call, effect, value,
                             good ? block->unit * dword_at(call, call->args[block->length]) : 0,
                             result, leave);
}
