/* SPDX-License-Identifier: MIT */
/* Environments and threads: those who adopt a handle, those who end, forked children. */
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>
#include "rpc_test.h"

enum { THREADS = 8, ROUNDS = 20000 };

/* What a helper does, step by step, and what each step said */
struct story {
    RPC_SS_THREAD_HANDLE handle;
    void *block, *other_block;
    RPC_STATUS adopt, allocate, free, enable, disable, second_disable;
};

/* ---- helpers, one after the other */

static void *help(void *argument)
{
    struct story *story = argument;

    story->adopt = RpcSmSetThreadHandle(story->handle);
    story->free = RpcSmFree(story->block);
    story->other_block = RpcSmAllocate(8, &story->allocate);
    story->disable = RpcSmDisableAllocate();
    return NULL;
}

static void *nest(void *argument)
{
    struct story *story = argument;

    story->adopt = RpcSmSetThreadHandle(story->handle);
    story->enable = RpcSmEnableAllocate();
    story->disable = RpcSmDisableAllocate();
    story->second_disable = RpcSmDisableAllocate();
    return NULL;
}

static void *free_without(void *argument)
{
    struct story *story = argument;

    story->free = RpcSmFree(story->block);
    RpcSmEnableAllocate();
    story->disable = RpcSmFree(story->block);
    RpcSmDisableAllocate();
    return NULL;
}

static void helpers(void)
{
    struct story story = {0};

    RpcSmEnableAllocate();
    story.handle = RpcSmGetThreadHandle(NULL);
    story.block = RpcSmAllocate(8, NULL);
    on_thread(free_without, &story);
    status_is(story.free, RPC_S_INVALID_ARG, "Free on a thread without an environment");
    status_is(story.disable, RPC_S_INVALID_ARG, "on one with its own");
    on_thread(help, &story);
    status_is(story.adopt, RPC_S_OK, "another thread adopts the handle");
    status_is(story.free, RPC_S_OK, "frees a block of the environment");
    status_is(story.allocate, RPC_S_OK, "allocates one");
    status_is(story.disable, RPC_S_INVALID_ARG, "and cannot end it");
    status_is(RpcSmFree(story.other_block), RPC_S_OK, "its block is the environment's");
    status_is(RpcSmFree(story.block), RPC_S_INVALID_ARG, "what it freed is freed");
    on_thread(nest, &story);
    ok(story.enable == RPC_S_OK && story.disable == RPC_S_OK, "its own pair of Enable and Disable");
    status_is(story.second_disable, RPC_S_INVALID_ARG, "and no Disable more");
    status_is(RpcSmDisableAllocate(), RPC_S_OK, "the owner ends it");
    on_thread(help, &story);
    status_is(story.adopt, RPC_S_INVALID_ARG, "a handle that is dead when a helper comes");
}

/* ---- a helper that is still there when the owner disables */

static pthread_barrier_t meeting;

static void meet(void)
{
    pthread_barrier_wait(&meeting);
}

struct late {
    struct story story;
    RPC_SS_THREAD_HANDLE handle_after;
    RPC_STATUS free_after, enable_after, allocate_after, set_pair_after, client_free_after,
        disable_after;
};

static void *stay(void *argument)
{
    struct late *late = argument;

    late->story.adopt = RpcSmSetThreadHandle(late->story.handle);
    late->story.block = RpcSmAllocate(8, &late->story.allocate);
    meet();
    meet(); /* the owner has disabled */
    RpcSmAllocate(8, &late->allocate_after);
    late->free_after = RpcSmFree(late->story.block);
    late->client_free_after = RpcSmClientFree(late->story.block);
    late->set_pair_after = RpcSmSetClientAllocFree(malloc, free);
    late->disable_after = RpcSmDisableAllocate();
    late->handle_after = RpcSmGetThreadHandle(NULL);
    late->enable_after = RpcSmEnableAllocate();
    RpcSmAllocate(8, &late->story.enable);
    late->story.disable = RpcSmDisableAllocate();
    return NULL;
}

static void dead_environment(void)
{
    struct late late = {0};
    pthread_t thread;

    pthread_barrier_init(&meeting, NULL, 2);
    RpcSmEnableAllocate();
    late.story.handle = RpcSmGetThreadHandle(NULL);
    if (pthread_create(&thread, NULL, stay, &late) != 0)
        abort();
    meet();
    status_is(RpcSmDisableAllocate(), RPC_S_OK, "Disable while a helper is attached");
    status_is(RpcSmSetThreadHandle(late.story.handle), RPC_S_INVALID_ARG, "nobody can come in");
    meet();
    pthread_join(thread, NULL);
    pthread_barrier_destroy(&meeting);
    status_is(late.story.allocate, RPC_S_OK, "the helper was in");
    status_is(late.allocate_after, RPC_S_INVALID_ARG, "its Allocate fails");
    status_is(late.free_after, RPC_S_INVALID_ARG, "and its Free");
    status_is(late.client_free_after, RPC_S_INVALID_ARG, "and ClientFree");
    status_is(late.set_pair_after, RPC_S_INVALID_ARG, "there is no pair to set");
    status_is(late.disable_after, RPC_S_INVALID_ARG, "and nothing to disable");
    ok(!late.handle_after, "and no handle");
    ok(late.enable_after == RPC_S_OK && late.story.enable == RPC_S_OK, "Enable starts afresh");
    status_is(late.story.disable, RPC_S_OK, "and its Disable ends that");
}

/* ---- threads that end */

static void *leave_enabled(void *argument)
{
    struct story *story = argument;

    RpcSmEnableAllocate();
    RpcSmEnableAllocate();
    story->handle = RpcSmGetThreadHandle(NULL);
    story->block = RpcSmAllocate(8, NULL);
    return NULL;
}

static void *enable_and_disable(void *argument)
{
    struct story *story = argument;

    RpcSmEnableAllocate();
    story->handle = RpcSmGetThreadHandle(NULL);
    RpcSmAllocate(8, NULL);
    story->disable = RpcSmDisableAllocate();
    return NULL;
}

static pthread_key_t late_key;

/* Runs after the provider's own destructor as well: it sets itself once more. */
static void late_destructor(void *value)
{
    static bool again;
    struct story *story = value;

    story->block = RpcSmGetThreadHandle(NULL);
    story->enable = RpcSmEnableAllocate();
    RpcSmAllocate(8, &story->allocate);
    story->disable = RpcSmDisableAllocate();
    again = !again;
    if (again)
        pthread_setspecific(late_key, value);
}

static void *end_late(void *argument)
{
    struct story *story = argument;

    RpcSmEnableAllocate();
    story->handle = RpcSmGetThreadHandle(NULL);
    pthread_setspecific(late_key, argument);
    return NULL;
}

static void thread_ends(void)
{
    struct story story = {0};

    on_thread(enable_and_disable, &story);
    status_is(story.disable, RPC_S_OK, "a thread ends its environment, and itself");
    status_is(RpcSmSetThreadHandle(story.handle), RPC_S_INVALID_ARG, "the handle is dead");

    on_thread(leave_enabled, &story);
    status_is(RpcSmSetThreadHandle(story.handle), RPC_S_OK,
              "a thread ends without Disable: another "
              "takes over");
    status_is(RpcSmFree(story.block), RPC_S_OK, "its blocks are there");
    status_is(RpcSmDisableAllocate(), RPC_S_OK, "one Disable");
    ok(RpcSmAllocate(8, NULL) != NULL, "is not enough");
    status_is(RpcSmDisableAllocate(), RPC_S_OK, "two are");
    status_is(RpcSmDisableAllocate(), RPC_S_INVALID_ARG, "and three too many");

    pthread_key_create(&late_key, late_destructor);
    story.enable = story.allocate = story.disable = -1;
    on_thread(end_late, &story);
    pthread_key_delete(late_key);
    ok(story.enable == 0 && story.allocate == 0 && story.disable == 0,
       "destructors of the program may still use environments");
    ok(story.block == story.handle, "the one that the thread was in, too");
    ok(RpcSmSetThreadHandle(story.handle) == RPC_S_OK && RpcSmDisableAllocate() == RPC_S_OK,
       "which is left to others");
}

/* ---- many threads at once */

static void *work_alone(void *argument)
{
    uintptr_t wrong = 0;

    (void)argument;
    for (int i = 0; i < ROUNDS / 100; i++) {
        wrong += RpcSmEnableAllocate() != RPC_S_OK;
        for (int j = 0; j < 100; j++) {
            char *block = RpcSmAllocate(24, NULL);

            memset(block, i, 24);
            wrong += RpcSmFree(block) != RPC_S_OK;
        }
        wrong += RpcSmDisableAllocate() != RPC_S_OK;
    }
    return (void *)wrong;
}

/* Each takes a block that somebody left behind, and leaves one of its own. */
static void *shelf[64];

static void *work_together(void *handle)
{
    uintptr_t wrong = RpcSmSetThreadHandle(handle) != RPC_S_OK;

    for (int i = 0; i < ROUNDS; i++) {
        void *block = RpcSmAllocate(24, NULL);

        wrong += !block;
        memset(block, i, 24);
        block = __atomic_exchange_n(&shelf[i % 64], block, __ATOMIC_ACQ_REL);
        if (!block)
            continue;
        if (i % 3)
            wrong += RpcSmFree(block) != RPC_S_OK;
        else
            midl_user_free(block);
    }
    return (void *)wrong;
}

static uintptr_t all_at_once(void *(*function)(void *), void *argument)
{
    pthread_t threads[THREADS];
    uintptr_t wrong = 0;

    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, function, argument) != 0)
            abort();
    for (int i = 0; i < THREADS; i++) {
        void *result;

        pthread_join(threads[i], &result);
        wrong += (uintptr_t)result;
    }
    return wrong;
}

static void *come_and_go(void *handle)
{
    uintptr_t wrong = 0;

    for (int i = 0; i < ROUNDS; i++) {
        RPC_STATUS adopted = RpcSmSetThreadHandle(handle), allocated, freed;
        void *block = RpcSmAllocate(8, &allocated);

        wrong += (adopted != RPC_S_OK && adopted != RPC_S_INVALID_ARG) ||
                 (allocated != RPC_S_OK && allocated != RPC_S_INVALID_ARG);
        freed = RpcSmFree(block);
        wrong += freed != RPC_S_OK && freed != RPC_S_INVALID_ARG;
        RpcSmSetThreadHandle(NULL);
    }
    return (void *)wrong;
}

static void at_once(void)
{
    RPC_SS_THREAD_HANDLE handle;
    pthread_t threads[THREADS];
    uintptr_t wrong = 0;

    ok(all_at_once(work_alone, NULL) == 0, "8 threads, each in its own environment");
    RpcSmEnableAllocate();
    handle = RpcSmGetThreadHandle(NULL);
    ok(all_at_once(work_together, handle) == 0, "8 threads in one environment");
    status_is(RpcSmDisableAllocate(), RPC_S_OK, "which then ends");

    RpcSmEnableAllocate();
    handle = RpcSmGetThreadHandle(NULL);
    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, come_and_go, handle) != 0)
            abort();
    for (int i = 0; i < 100; i++)
        RpcSmAllocate(8, NULL);
    status_is(RpcSmDisableAllocate(), RPC_S_OK, "it ends while 8 threads come and go");
    for (int i = 0; i < THREADS; i++) {
        void *result;

        pthread_join(threads[i], &result);
        wrong += (uintptr_t)result;
    }
    ok(wrong == 0, "and none of them sees anything but a status");
}

/* ---- fork */

static bool stop;

static void *keep_busy(void *handle)
{
    RpcSmSetThreadHandle(handle);
    while (!__atomic_load_n(&stop, __ATOMIC_ACQUIRE)) {
        RPC_SS_THREAD_HANDLE own;

        midl_user_free(RpcSmAllocate(8, NULL));
        RpcSmSetThreadHandle(NULL);
        RpcSmEnableAllocate();
        own = RpcSmGetThreadHandle(NULL);
        RpcSmFree(RpcSmAllocate(8, NULL));
        RpcSmSetThreadHandle(NULL);
        RpcSmSetThreadHandle(own);
        RpcSmDisableAllocate();
        RpcSmSetThreadHandle(handle);
    }
    return NULL;
}

/* In the child: the number of the step that went wrong; 0 for none. */
static int go_on(void *block, RPC_SS_THREAD_HANDLE handle, RPC_SS_THREAD_HANDLE of_another)
{
    RPC_STATUS status;

    if (RpcSmGetThreadHandle(NULL) != handle)
        return 1;
    if (RpcSmFree(block) != RPC_S_OK)
        return 2;
    if (!RpcSmAllocate(8, &status) || status != RPC_S_OK)
        return 3;
    if (RpcSmDisableAllocate() != RPC_S_OK)
        return 4;
    if (RpcSmSetThreadHandle(handle) != RPC_S_INVALID_ARG)
        return 5;
    /* Its owner is not in this process, so it may be ended here. */
    if (RpcSmSetThreadHandle(of_another) != RPC_S_OK)
        return 6;
    if (RpcSmDisableAllocate() != RPC_S_OK)
        return 7;
    if (RpcSmEnableAllocate() != RPC_S_OK || RpcSmDisableAllocate() != RPC_S_OK)
        return 8;
    return 0;
}

static int child_of(void *block, RPC_SS_THREAD_HANDLE handle, RPC_SS_THREAD_HANDLE of_another)
{
    pid_t child;
    int status;

    fflush(stdout);
    child = fork();
    if (child == 0)
        _exit(go_on(block, handle, of_another));
    if (child < 0 || waitpid(child, &status, 0) != child)
        abort();
    return status;
}

static RPC_SS_THREAD_HANDLE of_waiting;

static void *wait_enabled(void *argument)
{
    (void)argument;
    RpcSmEnableAllocate();
    of_waiting = RpcSmGetThreadHandle(NULL);
    meet();
    meet();
    RpcSmDisableAllocate();
    return NULL;
}

static void forks(void)
{
    pthread_t busy[2], waiting;
    RPC_SS_THREAD_HANDLE handle;
    void *block;
    int status = 0;

    pthread_barrier_init(&meeting, NULL, 2);
    RpcSmEnableAllocate();
    handle = RpcSmGetThreadHandle(NULL);
    block = RpcSmAllocate(8, NULL);
    pthread_create(&waiting, NULL, wait_enabled, NULL);
    meet();
    for (int i = 0; i < 2; i++)
        pthread_create(&busy[i], NULL, keep_busy, handle);
    for (int i = 0; i < 50 && status == 0; i++)
        status = child_of(block, handle, of_waiting);
    __atomic_store_n(&stop, true, __ATOMIC_RELEASE);
    for (int i = 0; i < 2; i++)
        pthread_join(busy[i], NULL);
    meet();
    pthread_join(waiting, NULL);
    pthread_barrier_destroy(&meeting);
    ok(status == 0, "children go on in the environment while threads of the parent are busy in it");
    if (status)
        printf("# status of a child: %#x\n", (unsigned)status);
    status_is(RpcSmFree(block), RPC_S_OK, "the parent's own is as it was");
    status_is(RpcSmDisableAllocate(), RPC_S_OK, "and is ended by its owner");
}

int main(void)
{
    helpers();
    dead_environment();
    thread_ends();
    at_once();
    forks();
    return finish();
}
