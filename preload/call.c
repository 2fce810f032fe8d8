/* SPDX-License-Identifier: MIT */
#include "call.h"

#include <stdatomic.h>

#include "trace_writer.h"

uint64_t sca_call_argument(const struct sca_call *call, uint8_t number)
{
    return number == SCA_NOARG ? 0 : call->args[number];
}

static uint64_t companion_of(const struct sca_call *call, const struct sca_effect *effect)
{
    uint64_t owner = sca_call_argument(call, effect->owner);

    if (effect->type == SCA_RELEASE && effect->length != SCA_NOARG)
        return (uint32_t)owner | call->args[effect->length] << 32;
    return owner;
}

static void fill(struct sca_call *call, struct sca_call_record *record, unsigned effect,
                 uint64_t object, uint64_t companion)
{

    record->thread = call->thread->serial;
    record->stack = call->stack;
    record->function = call->row->number;
    record->provider = call->provider;
    record->effect = (uint8_t)effect;
    record->flags = call->flags;
    record->zero = 0;
    record->object = object;
    record->companion = companion;
    record->enter = call->enter;
    call->flags = 0;
}

struct sca_call_record *sca_call_pending(struct sca_call *call, unsigned effect)
{
    struct sca_call_record *record = sca_reserve(&call->thread->cursor, sizeof *record);

    if (!record)
        return NULL;
    fill(call, record, effect, sca_call_argument(call, call->row->effects[effect].arg),
         companion_of(call, &call->row->effects[effect]));
    record->result = 0;
    atomic_store_explicit(&record->leave, 0, memory_order_relaxed);
    sca_commit(record, SCA_REC_CALL, sizeof *record);
    return record;
}

void sca_call_acquisition(struct sca_call *call, unsigned effect, uint64_t object, uint64_t size,
                          uint64_t result, uint64_t leave)
{
    sca_call_handed_out(call, effect, object, companion_of(call, &call->row->effects[effect]), size,
                        result, leave);
}

void sca_call_handed_out(struct sca_call *call, unsigned effect, uint64_t object,
                         uint64_t companion, uint64_t size, uint64_t result, uint64_t leave)
{
    struct sca_acquire_record *record = sca_reserve(&call->thread->cursor, sizeof *record);

    if (!record)
        return;
    fill(call, &record->call, effect, object, companion);
    record->call.result = result;
    atomic_store_explicit(&record->call.leave, leave, memory_order_relaxed);
    record->size = size;
    sca_commit(record, SCA_REC_ACQUIRE, sizeof *record);
}

void sca_call_told(struct sca_call *call, unsigned effect, uint64_t object, uint64_t companion,
                   uint64_t result, uint64_t leave)
{
    struct sca_call_record *record = sca_reserve(&call->thread->cursor, sizeof *record);

    if (!record)
        return;
    fill(call, record, effect, object, companion);
    record->result = result;
    atomic_store_explicit(&record->leave, leave, memory_order_relaxed);
    sca_commit(record, SCA_REC_CALL, sizeof *record);
}
