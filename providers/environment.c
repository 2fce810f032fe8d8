// SPDX-License-Identifier: MIT
#include "environment.h"
#include "memory.h"

enum { CHAINS = 256 };

static struct {
    pthread_mutex_t lock;
    uintptr_t last_handle;
    struct environment *chains[CHAINS];
} registry = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* Numbers go up in steps; 0 is none, and a small number is nobody's address. */
enum { HANDLE_STEP = 16 };

static struct environment **chain_of(uintptr_t handle)
{
    return &registry.chains[handle / HANDLE_STEP % CHAINS];
}

struct environment *environment_create(uint64_t owner)
{
    struct environment *new = take_zeroed(1, sizeof(*new)), **chain;

    if (!new)
        return NULL;
    pthread_mutex_init(&new->lock, NULL);
    new->owner = owner;
    new->enables = 1;
    new->attached = 1;
    pthread_mutex_lock(&registry.lock);
    new->handle = registry.last_handle += HANDLE_STEP;
    chain = chain_of(new->handle);
    new->next = *chain;
    *chain = new;
    pthread_mutex_unlock(&registry.lock);
    return new;
}

static bool is_dead(struct environment *environment)
{
    bool dead;

    pthread_mutex_lock(&environment->lock);
    dead = environment->dead;
    pthread_mutex_unlock(&environment->lock);
    return dead;
}

struct environment *environment_attach(RPC_SS_THREAD_HANDLE handle)
{
    struct environment *found;

    pthread_mutex_lock(&registry.lock);
    for (found = *chain_of((uintptr_t)handle); found; found = found->next)
        if (found->handle == (uintptr_t)handle)
            break;
    if (found && is_dead(found))
        found = NULL;
    if (found)
        found->attached++;
    pthread_mutex_unlock(&registry.lock);
    return found;
}

static void unlink_environment(struct environment *environment)
{
    struct environment **link = chain_of(environment->handle);

    while (*link != environment)
        link = &(*link)->next;
    *link = environment->next;
}

void environment_detach(struct environment *environment)
{
    bool last;

    pthread_mutex_lock(&registry.lock);
    last = --environment->attached == 0 && is_dead(environment);
    if (last)
        unlink_environment(environment);
    pthread_mutex_unlock(&registry.lock);
    if (last) {
        pthread_mutex_destroy(&environment->lock);
        give_back(environment);
    }
}

#define FOR_ALL(each)                                                                              \
    for (int chain = 0; chain < CHAINS; chain++)                                                   \
        for (struct environment *each = registry.chains[chain]; each; each = each->next)

void environment_abandon(uint64_t owner)
{
    pthread_mutex_lock(&registry.lock);
    FOR_ALL(each)
    {
        pthread_mutex_lock(&each->lock);
        if (each->owner == owner)
            each->owner = 0;
        pthread_mutex_unlock(&each->lock);
    }
    pthread_mutex_unlock(&registry.lock);
}

bool environment_forget_anywhere(const void *block)
{
    bool found = false;

    pthread_mutex_lock(&registry.lock);
    FOR_ALL(each)
    {
        pthread_mutex_lock(&each->lock);
        found = found || blocks_remove(&each->blocks, block, true);
        pthread_mutex_unlock(&each->lock);
    }
    pthread_mutex_unlock(&registry.lock);
    return found;
}

void environments_before_fork(void)
{
    pthread_mutex_lock(&registry.lock);
    FOR_ALL(each)
    pthread_mutex_lock(&each->lock);
}

void environments_after_fork(void)
{
    FOR_ALL(each)
    pthread_mutex_unlock(&each->lock);
    pthread_mutex_unlock(&registry.lock);
}

void environments_in_child(struct environment *mine, uint64_t owner)
{
    FOR_ALL(each)
    {
        each->attached = each == mine;
        if (each->owner != owner)
            each->owner = 0;
    }
    environments_after_fork();
}
