/* SPDX-License-Identifier: MIT */
/*
 * libdcelike.so.1, a mock of the DCE/RPC runtime's stub memory, of which Debian has no package. It
 * is written after what that runtime is known to do, and does no more than the tests want:
 *
 *  - its symbols have the version DCERPC_1.0
 *  - rpc_sm_*() call rpc_ss_*() as anybody would, and make a status of the exception
 *  - a block is freed at once, and has a header in front by which it is found
 *  - a second enable forgets the first; only what the last one made is disabled
 *  - a thread without environment is not looked for: NULL is dereferenced
 *  - a helper's disable is the end of its attachment, and of nothing else
 *  - a thread that enabled, and ends, has its environment released
 *  - server stubs bring the memory of an environment themselves; its handle is their address
 *  - nobody has a handle before the first enable: what is returned is garbage
 */
#include "dce-like.h"

#include <pthread.h>
#include <stdlib.h>

/* More than that is no memory. */
#define TOO_MUCH (1U << 30)

struct dce_block {
    struct dce_block *next, **link;
    struct dce_memory *memory;
    void *unused; /* what follows is aligned to 16 bytes */
};

/* What a thread has: its own environment, or that of another one whose handle it was given */
struct attachment {
    struct dce_support *support;
    int owns;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* the lists of blocks */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static int has_key;
int dce_asked_early;
static __thread struct dce_frame *frames;

/* ---- exceptions --------------------------------------------------------------------------------
 */

struct dce_frame **dce_frames(void)
{
    return &frames;
}

void dce_raise(int code)
{
    if (!frames)
        abort();
    longjmp(frames->place, code);
}

static void *get_memory(size_t size)
{
    void *memory = malloc(size);

    if (!memory)
        dce_raise(rpc_s_no_memory);
    return memory;
}

/* ---- environments ------------------------------------------------------------------------------
 */

void rpc_ss_mem_free(struct dce_memory *memory)
{
    struct dce_block *block;

    pthread_mutex_lock(&lock);
    block = memory->first;
    memory->first = NULL;
    pthread_mutex_unlock(&lock);
    while (block) {
        struct dce_block *next = block->next;

        free(block);
        block = next;
    }
}

static void detach(void *data)
{
    struct attachment *mine = data;

    if (!mine)
        return;
    if (mine->owns) {
        rpc_ss_mem_free(mine->support->memory);
        free(mine->support->memory);
        free(mine->support);
    }
    free(mine);
}

static void make_key(void)
{
    if (pthread_key_create(&key, detach) != 0)
        abort();
    has_key = 1;
}

static struct attachment *attachment(void)
{
    return has_key ? pthread_getspecific(key) : NULL;
}

static void attach(struct dce_support *support, int owns)
{
    struct attachment *mine = get_memory(sizeof(*mine));

    *mine = (struct attachment){support, owns};
    pthread_setspecific(key, mine);
}

static void leave(void)
{
    struct attachment *mine = attachment();

    pthread_setspecific(key, NULL);
    detach(mine);
}

static void make_environment(dce_alloc_t alloc_routine, dce_free_t free_routine)
{
    struct dce_support *support = get_memory(sizeof(*support));

    pthread_once(&once, make_key);
    *support =
        (struct dce_support){get_memory(sizeof(*support->memory)), alloc_routine, free_routine};
    support->memory->first = NULL;
    attach(support, 1);
}

void rpc_ss_enable_allocate(void)
{
    make_environment(rpc_ss_allocate, rpc_ss_free);
}

void rpc_ss_disable_allocate(void)
{
    pthread_once(&once, make_key);
    leave();
}

void rpc_ss_create_support_ptrs(struct dce_support *support, struct dce_memory *memory)
{
    pthread_once(&once, make_key);
    *support = (struct dce_support){memory, rpc_ss_allocate, rpc_ss_free};
    memory->first = NULL;
    attach(support, 0);
}

void rpc_ss_destroy_support_ptrs(void)
{
    leave();
}

rpc_ss_thread_handle_t rpc_ss_get_thread_handle(void)
{
    if (!has_key) {
        dce_asked_early++;
        return (void *)0xfeed; /* garbage */
    }
    return attachment() ? attachment()->support : NULL;
}

void rpc_ss_set_thread_handle(rpc_ss_thread_handle_t handle)
{
    pthread_once(&once, make_key);
    /* The environment that was current is for its handle to come back to, or lost. */
    free(attachment());
    pthread_setspecific(key, NULL);
    if (handle)
        attach(handle, 0);
}

/* ---- blocks ------------------------------------------------------------------------------------
 */

void *rpc_ss_allocate(unsigned32 size)
{
    struct dce_memory *volatile memory = attachment()->support->memory;
    struct dce_block *block;

    if (size > TOO_MUCH)
        dce_raise(rpc_s_no_memory);
    block = get_memory(sizeof(*block) + size);
    block->memory = memory;
    pthread_mutex_lock(&lock);
    block->next = memory->first;
    block->link = &memory->first;
    memory->first = block;
    if (block->next)
        block->next->link = &block->next;
    pthread_mutex_unlock(&lock);
    return block + 1;
}

void rpc_ss_free(void *block)
{
    struct dce_memory *volatile memory = attachment()->support->memory;
    struct dce_block *header = (struct dce_block *)block - 1;

    (void)memory;
    if (!block)
        return;
    pthread_mutex_lock(&lock);
    *header->link = header->next;
    if (header->next)
        header->next->link = header->link;
    pthread_mutex_unlock(&lock);
    free(header);
}

/* ---- the routines of client stubs --------------------------------------------------------------
 */

static void *plain_alloc(unsigned32 size)
{
    return malloc(size);
}

/* A thread without environment gets one of malloc() and free(). */
static struct dce_support *client_support(void)
{
    pthread_once(&once, make_key);
    if (!attachment())
        make_environment(plain_alloc, free);
    return attachment()->support;
}

void rpc_ss_client_free(void *block)
{
    client_support()->free(block);
}

void rpc_ss_swap_client_alloc_free(dce_alloc_t alloc_routine, dce_free_t free_routine,
                                   dce_alloc_t *old_alloc, dce_free_t *old_free)
{
    struct dce_support *support = client_support();

    *old_alloc = support->alloc;
    *old_free = support->free;
    support->alloc = alloc_routine;
    support->free = free_routine;
}

void rpc_ss_set_client_alloc_free(dce_alloc_t alloc_routine, dce_free_t free_routine)
{
    struct dce_support *support = client_support();

    support->alloc = alloc_routine;
    support->free = free_routine;
}

void rpc_ss_destroy_client_context(void **context)
{
    free(*context);
    *context = NULL;
}

/* ---- with a status -----------------------------------------------------------------------------
 */

void *rpc_sm_allocate(unsigned32 size, unsigned32 *status)
{
    void *volatile block = NULL;

    DCE_ATTEMPT(*status, block = rpc_ss_allocate(size));
    return block;
}

void rpc_sm_free(void *block, unsigned32 *status)
{
    DCE_ATTEMPT(*status, rpc_ss_free(block));
}

void rpc_sm_client_free(void *block, unsigned32 *status)
{
    DCE_ATTEMPT(*status, rpc_ss_client_free(block));
}

void rpc_sm_enable_allocate(unsigned32 *status)
{
    DCE_ATTEMPT(*status, rpc_ss_enable_allocate());
}

void rpc_sm_disable_allocate(unsigned32 *status)
{
    DCE_ATTEMPT(*status, rpc_ss_disable_allocate());
}

rpc_ss_thread_handle_t rpc_sm_get_thread_handle(unsigned32 *status)
{
    void *volatile handle = NULL;

    DCE_ATTEMPT(*status, handle = rpc_ss_get_thread_handle());
    return handle;
}

void rpc_sm_set_thread_handle(rpc_ss_thread_handle_t handle, unsigned32 *status)
{
    DCE_ATTEMPT(*status, rpc_ss_set_thread_handle(handle));
}

void rpc_sm_set_client_alloc_free(dce_alloc_t alloc_routine, dce_free_t free_routine,
                                  unsigned32 *status)
{
    DCE_ATTEMPT(*status, rpc_ss_set_client_alloc_free(alloc_routine, free_routine));
}

void rpc_sm_swap_client_alloc_free(dce_alloc_t alloc_routine, dce_free_t free_routine,
                                   dce_alloc_t *old_alloc, dce_free_t *old_free, unsigned32 *status)
{
    DCE_ATTEMPT(*status,
                rpc_ss_swap_client_alloc_free(alloc_routine, free_routine, old_alloc, old_free));
}

void rpc_sm_destroy_client_context(void **context, unsigned32 *status)
{
    DCE_ATTEMPT(*status, rpc_ss_destroy_client_context(context));
}
