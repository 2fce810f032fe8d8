/* SPDX-License-Identifier: MIT */
#include "heap_record.h"

#include <errno.h>
#include <stdatomic.h>

#include "generation.h"
#include "port.h"
#include "process.h"
#include "stacks.h"
#include "threads.h"
#include "trace_writer.h"

/* `companion`: of a damaged block only. NULL when it cannot be recorded. */
static struct sca_call_record *write_record(struct sca_thread *thread, enum sca_fn fn,
                                            uint16_t provider, const void *block,
                                            uint64_t companion, uint64_t enter, uint64_t leave,
                                            unsigned flags, uint32_t stack)
{
    uint64_t token = thread->token;
    struct sca_call_record *record = sca_reserve(&thread->cursor, sizeof *record);

    if (!record)
        return NULL;
    record->thread = thread->serial;
    record->stack = stack;
    record->function = sca_functions[fn].number;
    record->provider = provider;
    record->effect = 0;
    record->flags = (uint8_t)flags;
    record->zero = 0;
    record->object = (uint64_t)block;
    record->companion = companion;
    record->enter = enter;
    record->result = 0;
    atomic_store_explicit(&record->leave, leave, memory_order_relaxed);
    return sca_thread_commit(token, record, SCA_REC_CALL, sizeof *record) ? record : NULL;
}

struct sca_heap_record sca_record_free(enum sca_fn fn, uint16_t provider, const void *block,
                                       uint64_t enter, unsigned flags, const void *caller)
{
    int saved = errno;
    struct sca_thread *thread = sca_thread_here();
    struct sca_heap_record made = {NULL, 0};

    if (thread) {
        uint32_t stack;

        made.token = thread->token;
        stack = sca_stack_here(thread, caller, sca_generation());
        if (sca_process_token() == made.token)
            made.record = write_record(thread, fn, provider, block, 0, enter, 0, flags, stack);
    }
    errno = saved;
    return made;
}

void sca_record_freed(const struct sca_heap_record *made, uint64_t result)
{
    if (!made->record || sca_process_token() != made->token)
        return;
    made->record->result = result;
    atomic_store_explicit(&made->record->leave, sca_now(), memory_order_release);
}

void sca_record_damage(const void *block, size_t offset)
{
    int saved = errno;
    struct sca_thread *thread = sca_thread_here();
    uint64_t now = sca_now();

    if (thread)
        write_record(thread, SCA_FN_quarantine, 0, block, offset, now, now, 0, 0);
    errno = saved;
}
