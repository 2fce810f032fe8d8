/* SPDX-License-Identifier: MIT */
/*
 * What the provider allocates, and what becomes of a call when there is no memory. It is linked
 * into this program, with malloc, calloc and free wrapped: they count, and fail when they are told
 * to.
 */
#include <errno.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>
#include <scardaudit/dce.h>
#include "blocks.h"
#include "rpc_test.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void __real_free(void *block);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void __wrap_free(void *block);

static long live, fail_in; /* 0: never */

static bool fails(void)
{
    if (!fail_in || --fail_in)
        return false;
    errno = ENOMEM;
    return true;
}

static void *counted(void *block)
{
    live += block != NULL;
    return block;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : counted(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : counted(__real_calloc(count, size));
}

void __wrap_free(void *block)
{
    live -= block != NULL;
    __real_free(block);
}

static void what_is_kept(void)
{
    void *blocks[10];
    long enabled;

    RpcSmEnableAllocate();
    RpcSmDisableAllocate();
    ok(live == 0, "an environment leaves nothing behind");
    RpcSmEnableAllocate();
    for (int i = 0; i < 10; i++)
        blocks[i] = RpcSmAllocate(8, NULL);
    enabled = live;
    for (int i = 0; i < 10; i += 2)
        RpcSmFree(blocks[i]);
    ok(live == enabled, "Free releases nothing");
    midl_user_free(blocks[1]);
    ok(live == enabled - 1, "midl_user_free does");
    RpcSmDisableAllocate();
    ok(live == 0, "Disable releases all, marked or not");
}

/* One more is released by what was just done. */
static void released(const char *name)
{
    static long before;

    ok(!name || live == before - 1, name ? name : "counted");
    before = live;
}

static idl_void_p_t allocate_32(idl_size_t size)
{
    return malloc(size);
}

static void by_dce(void)
{
    rpc_ss_p_alloc_t allocate;
    rpc_ss_p_free_t release;
    void *blocks[5];
    unsigned32 status;

    rpc_ss_enable_allocate();
    for (int i = 0; i < 5; i++)
        blocks[i] = rpc_ss_allocate(8);
    released(NULL);
    rpc_sm_free(blocks[0], &status);
    released("rpc_sm_free releases at once");
    rpc_ss_free(blocks[1]);
    released("rpc_ss_free too");
    rpc_sm_client_free(blocks[2], &status);
    released("and rpc_sm_client_free");
    rpc_ss_swap_client_alloc_free(allocate_32, free, &allocate, &release);
    release(blocks[3]);
    released("and the environment's pair");
    rpc_ss_set_client_alloc_free(allocate, release);
    rpc_ss_client_free(blocks[4]);
    released("which is the same when it is put back");
    rpc_ss_disable_allocate();
    ok(live == 0, "nothing is left");
}

static void *attach_late(void *handle)
{
    RpcSmSetThreadHandle(handle);
    return NULL;
}

static void *stay_enabled(void *argument)
{
    RpcSmEnableAllocate();
    RpcSmAllocate(8, NULL);
    *(RPC_SS_THREAD_HANDLE *)argument = RpcSmGetThreadHandle(NULL);
    return NULL;
}

static void headers(void)
{
    RPC_SS_THREAD_HANDLE handle;

    on_thread(stay_enabled, &handle);
    ok(live > 0, "the environment of a thread that ended stays");
    on_thread(attach_late, handle);
    RpcSmSetThreadHandle(handle);
    RpcSmDisableAllocate();
    ok(live == 0, "until it is disabled, and nobody is attached");
}

static pthread_barrier_t meeting;

static void *stay_attached(void *handle)
{
    RpcSmSetThreadHandle(handle);
    pthread_barrier_wait(&meeting);
    pthread_barrier_wait(&meeting);
    return NULL;
}

/* Those who are attached in the parent are not there in a child. */
static void headers_of_a_child(void)
{
    pthread_t thread;
    int status = -1;
    pid_t child;

    pthread_barrier_init(&meeting, NULL, 2);
    RpcSmEnableAllocate();
    if (pthread_create(&thread, NULL, stay_attached, RpcSmGetThreadHandle(NULL)) != 0)
        abort();
    pthread_barrier_wait(&meeting);
    fflush(stdout);
    child = fork();
    if (child == 0) {
        RpcSmDisableAllocate();
        _exit(live != 0);
    }
    waitpid(child, &status, 0);
    ok(status == 0, "in a child, nobody else is attached");
    pthread_barrier_wait(&meeting);
    pthread_join(thread, NULL);
    pthread_barrier_destroy(&meeting);
    RpcSmDisableAllocate();
    ok(live == 0, "in the parent, nobody is any more");
}

/* Each allocation of these steps fails in turn, and then none. */
static RPC_STATUS steps(void)
{
    RPC_STATUS status = RpcSmEnableAllocate();

    for (int i = 0; i < 1000 && status == RPC_S_OK; i++)
        if (!RpcSmAllocate(8, &status) == (status == RPC_S_OK))
            abort();
    return status;
}

static void failures_by_status(void)
{
    bool said = true, clean = true;
    int attempts = 0;

    for (RPC_STATUS status = -1; status != RPC_S_OK; attempts++) {
        fail_in = attempts + 1;
        status = steps();
        said = said && (fail_in ? status == RPC_S_OK : status == RPC_S_OUT_OF_MEMORY);
        fail_in = 0;
        RpcSmDisableAllocate();
        clean = clean && live == 0;
    }
    ok(attempts > 1000, "each of the allocations failed once");
    ok(said, "and each failure was a status");
    ok(clean, "nothing was lost");

    RpcSmEnableAllocate();
    fail_in = 1;
    errno = ERANGE;
    ok(!RpcSmAllocate(8, NULL), "Allocate without a status");
    ok(errno == ERANGE, "leaves errno alone");
    ok(RpcSmAllocate(8, NULL) != NULL, "and a moment later");
    RpcSmDisableAllocate();
}

static RPC_STATUS raised_by(void (*function)(void))
{
    volatile RPC_STATUS code = RPC_S_OK;

    fail_in = 1;
    RpcTryExcept
    {
        function();
    }
    RpcExcept(1)
    {
        code = RpcExceptionCode();
    }
    RpcEndExcept;
    fail_in = 0;
    return code;
}

static void allocate_one(void)
{
    RpcSsAllocate(8);
}

static void failures_by_exception(void)
{
    status_is(raised_by(RpcSsEnableAllocate), RPC_S_OUT_OF_MEMORY, "RpcSsEnableAllocate raises");
    RpcSmEnableAllocate();
    status_is(raised_by(allocate_one), RPC_S_OUT_OF_MEMORY, "RpcSsAllocate raises");
    RpcSmDisableAllocate();
    ok(live == 0, "nothing was lost");
}

/* ---- the books of an environment: addresses by which they are nearly full, and the end of the
 * slots meets their beginning */

static void books(void)
{
    enum { ADDRESSES = 90, AT_ONCE = 47, STEPS = 200000 };
    struct blocks books = {0};
    bool there[ADDRESSES] = {0}, right = true;
    unsigned random = 1;

    books.slots = calloc(blocks_next_capacity(&books), sizeof(*books.slots));
    books.capacity = blocks_next_capacity(&books);
    for (int i = 0; books.slots && i < STEPS; i++) {
        unsigned at = (random = random * 1664525 + 1013904223) >> 16;
        void *address = (void *)(uintptr_t)(0x10000 + at % ADDRESSES * 48);
        bool *here = &there[at % ADDRESSES];

        if (!*here && books.count < AT_ONCE) {
            blocks_add(&books, address);
            *here = true;
        } else {
            right = right && blocks_remove(&books, address, true) == *here;
            *here = false;
        }
    }
    ok(right, "every address is found as long as it is there");
    free(books.slots);
}

int main(void)
{
    books();
    by_dce();
    headers_of_a_child();
    what_is_kept();
    headers();
    failures_by_status();
    failures_by_exception();
    return finish();
}
