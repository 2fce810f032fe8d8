// SPDX-License-Identifier: MIT
#include "core.h"
#include "export.h"
#include "memory.h"
#include "thread.h"

/* Some allocators align small blocks by less. */
enum { SMALLEST_BLOCK = 16 };

/* The environment of the calling thread, locked; NULL if there is none, or only a dead one */
static struct environment *enter(void)
{
    struct environment *environment = this_thread()->environment;

    if (!environment)
        return NULL;
    pthread_mutex_lock(&environment->lock);
    if (!environment->dead)
        return environment;
    pthread_mutex_unlock(&environment->lock);
    return NULL;
}

static void leave(struct environment *environment)
{
    pthread_mutex_unlock(&environment->lock);
}

/* It is the thread's own business from now on, with or without an environment. */
static void go_to(struct thread *thread, struct environment *environment)
{
    if (thread->environment)
        environment_detach(thread->environment);
    thread->environment = environment;
}

PROVIDER_EXPORT RPC_STATUS scardaudit_rpc_enable(void)
{
    struct thread *thread = this_thread();
    struct environment *environment = enter();

    if (environment) {
        if (environment->owner == thread->serial)
            environment->enables++;
        else
            environment->helper_enables++;
        leave(environment);
        return RPC_S_OK;
    }
    environment = thread_prepare(thread) ? environment_create(thread->serial) : NULL;
    if (!environment)
        return RPC_S_OUT_OF_MEMORY;
    go_to(thread, environment);
    return RPC_S_OK;
}

/* The enables that a Disable of this thread may undo; NULL: none */
static unsigned long *enables_of(struct environment *environment, const struct thread *thread)
{
    bool ours = environment->owner == thread->serial || environment->owner == 0;

    if (ours && environment->enables)
        return &environment->enables;
    if ((!ours || environment->owner == 0) && environment->helper_enables)
        return &environment->helper_enables;
    return NULL;
}

PROVIDER_EXPORT RPC_STATUS scardaudit_rpc_disable(void)
{
    struct thread *thread = this_thread();
    struct environment *environment = enter();
    struct blocks blocks;
    unsigned long *enables;

    if (!environment)
        return RPC_S_INVALID_ARG;
    enables = enables_of(environment, thread);
    if (!enables) {
        leave(environment);
        return RPC_S_INVALID_ARG;
    }
    --*enables;
    if (environment->enables || environment->helper_enables) {
        leave(environment);
        return RPC_S_OK;
    }
    environment->dead = true;
    blocks = environment->blocks;
    environment->blocks = (struct blocks){0};
    leave(environment);
    go_to(thread, NULL);
    blocks_release(&blocks);
    return RPC_S_OK;
}

/* Writes a new block into the books of the environment. */
static RPC_STATUS enter_block(void *block)
{
    struct environment *environment;

    while ((environment = enter())) {
        size_t capacity = blocks_next_capacity(&environment->blocks);
        uintptr_t *slots;

        if (blocks_have_room(&environment->blocks)) {
            blocks_add(&environment->blocks, block);
            leave(environment);
            return RPC_S_OK;
        }
        leave(environment);
        slots = take_zeroed(capacity, sizeof(*slots));
        if (!slots)
            return RPC_S_OUT_OF_MEMORY;
        environment = enter(); /* meanwhile others were in here */
        if (environment) {
            slots = blocks_grow(&environment->blocks, slots, capacity);
            leave(environment);
        }
        give_back(slots);
    }
    return RPC_S_INVALID_ARG;
}

PROVIDER_EXPORT RPC_STATUS scardaudit_rpc_allocate(size_t size, void **block)
{
    RPC_STATUS status;
    void *new;

    *block = NULL;
    if (!scardaudit_rpc_get_handle())
        return RPC_S_INVALID_ARG;
    new = size > PTRDIFF_MAX ? NULL : take(size < SMALLEST_BLOCK ? SMALLEST_BLOCK : size);
    if (!new)
        return RPC_S_OUT_OF_MEMORY;
    status = enter_block(new);
    if (status == RPC_S_OK)
        *block = new;
    else
        give_back(new);
    return status;
}

/* Nothing is as easily freed as with free(), in an environment or in none. */
PROVIDER_EXPORT RPC_STATUS scardaudit_rpc_mark(void *block)
{
    struct environment *environment = block ? enter() : NULL;
    bool marked;

    if (!environment)
        return block ? RPC_S_INVALID_ARG : RPC_S_OK;
    marked = blocks_mark(&environment->blocks, block);
    leave(environment);
    return marked ? RPC_S_OK : RPC_S_INVALID_ARG;
}

PROVIDER_EXPORT RPC_STATUS scardaudit_rpc_release(void *block)
{
    struct environment *environment = block ? enter() : NULL;
    bool removed;

    if (!environment)
        return block ? RPC_S_INVALID_ARG : RPC_S_OK;
    removed = blocks_remove(&environment->blocks, block, false);
    leave(environment);
    if (!removed)
        return RPC_S_INVALID_ARG;
    give_back(block);
    return RPC_S_OK;
}

PROVIDER_EXPORT RPC_STATUS scardaudit_rpc_release_anywhere(void *block)
{
    struct environment *environment = enter();
    bool removed = false;

    if (environment) {
        removed = blocks_remove(&environment->blocks, block, true);
        leave(environment);
    }
    if (!removed && !environment_forget_anywhere(block))
        return RPC_S_INVALID_ARG;
    give_back(block);
    return RPC_S_OK;
}

PROVIDER_EXPORT RPC_SS_THREAD_HANDLE scardaudit_rpc_get_handle(void)
{
    struct environment *environment = enter();

    if (!environment)
        return NULL;
    leave(environment);
    return (RPC_SS_THREAD_HANDLE)environment->handle;
}

PROVIDER_EXPORT RPC_STATUS scardaudit_rpc_set_handle(RPC_SS_THREAD_HANDLE handle)
{
    struct thread *thread = this_thread();
    struct environment *environment = NULL;

    if (handle) {
        if (!thread_prepare(thread))
            return RPC_S_OUT_OF_MEMORY;
        environment = environment_attach(handle);
        if (!environment)
            return RPC_S_INVALID_ARG;
    }
    go_to(thread, environment);
    return RPC_S_OK;
}

PROVIDER_EXPORT RPC_STATUS scardaudit_rpc_set_client_pair(RPC_CLIENT_ALLOC *allocate,
                                                          RPC_CLIENT_FREE *release)
{
    RPC_CLIENT_ALLOC *old_allocate;
    RPC_CLIENT_FREE *old_release;

    return scardaudit_rpc_swap_client_pair(allocate, release, &old_allocate, &old_release);
}

PROVIDER_EXPORT RPC_STATUS scardaudit_rpc_swap_client_pair(RPC_CLIENT_ALLOC *allocate,
                                                           RPC_CLIENT_FREE *release,
                                                           RPC_CLIENT_ALLOC **old_allocate,
                                                           RPC_CLIENT_FREE **old_release)
{
    struct thread *thread = this_thread();
    struct environment *environment = enter();
    struct client_pair *pair = environment ? &environment->pair : &thread->pair, old = *pair;
    bool accepted =
        allocate && release && old_allocate && old_release && (environment || !thread->environment);

    if (accepted)
        *pair = (struct client_pair){allocate, release};
    if (accepted && release == scardaudit_rpc_environment_free)
        *pair =
            (struct client_pair){NULL, NULL}; /* put back: the environment frees, with a status */
    if (environment)
        leave(environment);
    if (!accepted)
        return RPC_S_INVALID_ARG;
    if (!old.allocate)
        old = environment ? (struct client_pair){scardaudit_rpc_environment_allocate,
                                                 scardaudit_rpc_environment_free}
                          : (struct client_pair){malloc, free};
    *old_allocate = old.allocate;
    *old_release = old.release;
    return RPC_S_OK;
}

PROVIDER_EXPORT RPC_CLIENT_FREE *scardaudit_rpc_client_release(void)
{
    struct thread *thread = this_thread();
    struct environment *environment = enter();
    RPC_CLIENT_FREE *release;

    if (!environment) /* in a dead one, let it be the environment's to say no */
        return thread->environment ? NULL : thread->pair.release ? thread->pair.release : free;
    release = environment->pair.release;
    leave(environment);
    return release;
}

PROVIDER_EXPORT void *scardaudit_rpc_environment_allocate(size_t size)
{
    void *block;

    scardaudit_rpc_allocate(size, &block);
    return block;
}

PROVIDER_EXPORT void scardaudit_rpc_environment_free(void *block)
{
    scardaudit_rpc_mark(block);
}

PROVIDER_EXPORT RPC_STATUS scardaudit_rpc_destroy_context(void **context)
{
    if (!context || scardaudit_rpc_release_anywhere(*context) != RPC_S_OK)
        return RPC_X_SS_CONTEXT_MISMATCH;
    *context = NULL;
    return RPC_S_OK;
}
