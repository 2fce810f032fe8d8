/* SPDX-License-Identifier: MIT */
#include "heap_watch.h"

#include <stdatomic.h>
#include <sys/syscall.h>

#include "allocator.h"
#include "describe.h"
#include "generation.h"
#include "modules.h"
#include "port.h"

static bool watched;
static struct sca_object before; /* defines free() before us, if not watched */
static _Atomic uint64_t told[2]; /* tokens of the process whose trace says what is not watched */

void sca_heap_watch_start(void)
{
    watched = sca_allocator_is_watched(&before);
}

static void tell(struct sca_thread *thread, enum sca_blind code, _Atomic uint64_t *by)
{
    uint64_t offset;
    uint32_t module = 0;

    if (atomic_exchange(by, thread->token) == thread->token)
        return;
    if (code == SCA_BLIND_HEAP)
        module = sca_module_at(thread, (uintptr_t)before.dynamic, sca_generation(), &offset);
    sca_describe_blind_spot(&thread->cursor, code, module);
}

void sca_heap_watch(struct sca_thread *thread, const void *block, enum sca_block state)
{
    if (SCA_UNLIKELY(!watched))
        tell(thread, SCA_BLIND_HEAP, &told[0]);
    else if (SCA_UNLIKELY(!sca_filter_add(block, state)))
        tell(thread, SCA_BLIND_NO_ROOM, &told[1]);
}

void sca_heap_watch_prepare(void)
{
    if (watched)
        sca_filter_prepare((const void *)sca_syscall(SYS_brk, 0));
}
