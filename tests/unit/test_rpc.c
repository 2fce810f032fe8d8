/* SPDX-License-Identifier: MIT */
/* Each function of RpcSm*, and each status it has, on one thread. */
#include <errno.h>
#include <stdint.h>
#include "rpc_test.h"

/* Neither is anybody's block. */
#define GARBAGE ((void *)0x5555)
static char elsewhere[64];

static void *allocate(size_t size)
{
    RPC_STATUS status = -1;
    void *block = RpcSmAllocate(size, &status);

    if (!block || status != RPC_S_OK)
        abort();
    return block;
}

static void without_environment(void)
{
    RPC_STATUS status = -1;

    ok(!RpcSmAllocate(8, &status), "no environment: no block");
    status_is(status, RPC_S_INVALID_ARG, "which is an invalid argument");
    ok(!RpcSmAllocate(8, NULL), "without a status too");
    status_is(RpcSmFree(elsewhere), RPC_S_INVALID_ARG, "no environment: Free");
    status_is(RpcSmDisableAllocate(), RPC_S_INVALID_ARG, "no environment: Disable");
    ok(!RpcSmGetThreadHandle(&status) && status == RPC_S_OK, "no environment: no handle");
    status_is(RpcSmSetThreadHandle(NULL), RPC_S_OK, "there is nothing to leave");
    status_is(RpcSmSetThreadHandle(GARBAGE), RPC_S_INVALID_ARG, "a handle that never was");
    status_is(RpcSmSetThreadHandle(elsewhere), RPC_S_INVALID_ARG, "an address is no handle");
    status_is(RpcSmSetThreadHandle((void *)-1), RPC_S_INVALID_ARG, "nor is the last one");
}

static void blocks(void)
{
    RPC_STATUS status = -1;
    struct {
        RPC_STATUS before, status, after;
    } words = {-1, -1, -1};
    void *first, *second, *none, *other_none;
    bool aligned = true;

    status_is(RpcSmEnableAllocate(), RPC_S_OK, "Enable");
    first = RpcSmAllocate(100, &words.status);
    ok(first && words.status == RPC_S_OK, "Allocate");
    ok(words.before == -1 && words.after == -1, "writes four bytes of status");
    memset(first, 'x', 100);
    second = RpcSmAllocate(100, NULL);
    ok(second && second != first, "Allocate without a status");
    none = RpcSmAllocate(0, &status);
    other_none = RpcSmAllocate(0, &status);
    ok(none && other_none && none != other_none, "blocks of no bytes are different ones");
    for (size_t size = 0; size < 200; size++)
        aligned = aligned && (uintptr_t)allocate(size) % 16 == 0;
    ok(aligned, "blocks are aligned to 16 bytes");
    ok(!RpcSmAllocate(SIZE_MAX, &status), "a size that nobody has");
    status_is(status, RPC_S_OUT_OF_MEMORY, "is out of memory");
    ok(!RpcSmAllocate(SIZE_MAX - 15, &status) && status == RPC_S_OUT_OF_MEMORY, "rounded or not");

    status_is(RpcSmFree(first), RPC_S_OK, "Free");
    ok(((char *)first)[99] == 'x', "only marks");
    status_is(RpcSmFree(first), RPC_S_INVALID_ARG, "Free of a marked block");
    status_is(RpcSmFree(NULL), RPC_S_OK, "Free of NULL, as free() has it");
    status_is(RpcSmFree((char *)second + 8), RPC_S_INVALID_ARG, "Free inside a block");
    status_is(RpcSmFree((char *)second + 1), RPC_S_INVALID_ARG, "at an odd address");
    status_is(RpcSmFree((char *)first + 1), RPC_S_INVALID_ARG, "of a marked block too");
    status_is(RpcSmFree(GARBAGE), RPC_S_INVALID_ARG, "Free of what is not mapped");
    status_is(RpcSmFree(elsewhere), RPC_S_INVALID_ARG, "Free of static memory");
    status_is(RpcSmFree(none), RPC_S_OK, "Free of a block of no bytes");
    status_is(RpcSmDisableAllocate(), RPC_S_OK, "Disable");
    status_is(RpcSmFree(second), RPC_S_INVALID_ARG, "Free after it");
    status_is(RpcSmDisableAllocate(), RPC_S_INVALID_ARG, "Disable after it");
}

static void nested(void)
{
    void *block;

    RpcSmEnableAllocate();
    block = allocate(8);
    RpcSmEnableAllocate();
    RpcSmEnableAllocate();
    status_is(RpcSmDisableAllocate(), RPC_S_OK, "Disable of the innermost");
    status_is(RpcSmDisableAllocate(), RPC_S_OK, "and the next");
    status_is(RpcSmFree(block), RPC_S_OK, "the environment is still there");
    status_is(RpcSmDisableAllocate(), RPC_S_OK, "Disable of the outermost");
    ok(!RpcSmGetThreadHandle(NULL), "ends it");
}

static void handles(void)
{
    RPC_SS_THREAD_HANDLE first, second;
    RPC_STATUS status = -1;
    void *of_first, *of_second;

    RpcSmEnableAllocate();
    of_first = allocate(8);
    first = RpcSmGetThreadHandle(&status);
    ok(first && status == RPC_S_OK, "a handle");
    ok(RpcSmGetThreadHandle(NULL) == first, "is the same again, without a status too");
    status_is(RpcSmSetThreadHandle(first), RPC_S_OK, "Set of the current handle");
    status_is(RpcSmFree(of_first), RPC_S_OK, "changes nothing");
    of_first = allocate(8);

    status_is(RpcSmSetThreadHandle(NULL), RPC_S_OK, "the environment is put aside");
    ok(!RpcSmGetThreadHandle(NULL), "there is none");
    status_is(RpcSmDisableAllocate(), RPC_S_INVALID_ARG, "that could be disabled");
    RpcSmEnableAllocate();
    second = RpcSmGetThreadHandle(NULL);
    of_second = allocate(8);
    ok(second && second != first, "another one has another handle");
    status_is(RpcSmFree(of_first), RPC_S_INVALID_ARG, "Free of the other environment's block");
    status_is(RpcSmSetThreadHandle(GARBAGE), RPC_S_INVALID_ARG, "Set of garbage");
    ok(RpcSmGetThreadHandle(NULL) == second, "leaves things as they are");
    status_is(RpcSmDisableAllocate(), RPC_S_OK, "the inner one ends");
    status_is(RpcSmSetThreadHandle(second), RPC_S_INVALID_ARG, "its handle is of no use any more");
    status_is(RpcSmSetThreadHandle(first), RPC_S_OK, "the first is back");
    status_is(RpcSmFree(of_second), RPC_S_INVALID_ARG, "without blocks of the second");
    status_is(RpcSmFree(of_first), RPC_S_OK, "with those it had");
    status_is(RpcSmDisableAllocate(), RPC_S_OK, "its owner still is");
    status_is(RpcSmSetThreadHandle(first), RPC_S_INVALID_ARG, "a dead handle");

    for (int i = 0; i < 1000; i++) {
        RpcSmEnableAllocate();
        if (RpcSmGetThreadHandle(NULL) == first || RpcSmGetThreadHandle(NULL) == second)
            abort();
        RpcSmDisableAllocate();
    }
    status_is(RpcSmSetThreadHandle(first), RPC_S_INVALID_ARG, "stays dead however many come after");
}

static int pair_allocations, pair_frees;

static void *pair_allocate(size_t size)
{
    pair_allocations++;
    return malloc(size);
}

static void pair_free(void *block)
{
    pair_frees++;
    errno = EDOM;
    free(block);
}

static void pair_refusals(const char *name)
{
    RPC_CLIENT_ALLOC *allocate_before;
    RPC_CLIENT_FREE *free_before;
    bool refused = RpcSmSetClientAllocFree(NULL, pair_free) == RPC_S_INVALID_ARG &&
                   RpcSmSetClientAllocFree(pair_allocate, NULL) == RPC_S_INVALID_ARG &&
                   RpcSmSwapClientAllocFree(NULL, pair_free, &allocate_before, &free_before) ==
                       RPC_S_INVALID_ARG &&
                   RpcSmSwapClientAllocFree(pair_allocate, NULL, &allocate_before, &free_before) ==
                       RPC_S_INVALID_ARG &&
                   RpcSmSwapClientAllocFree(pair_allocate, pair_free, NULL, &free_before) ==
                       RPC_S_INVALID_ARG &&
                   RpcSmSwapClientAllocFree(pair_allocate, pair_free, &allocate_before, NULL) ==
                       RPC_S_INVALID_ARG;

    ok(refused, name);
}

static void client_pairs(void)
{
    RPC_CLIENT_ALLOC *old_allocate = NULL, *own_allocate = NULL;
    RPC_CLIENT_FREE *old_free = NULL, *own_free = NULL;
    void *block;

    pair_refusals("pairs with NULL");
    status_is(RpcSmClientFree(malloc(8)), RPC_S_OK, "ClientFree without an environment is free");
    status_is(RpcSmClientFree(NULL), RPC_S_OK, "of NULL too");
    status_is(RpcSmSwapClientAllocFree(pair_allocate, pair_free, &old_allocate, &old_free),
              RPC_S_OK, "Swap");
    ok(old_allocate == malloc && old_free == free, "tells malloc and free");
    status_is(RpcSmClientFree(pair_allocate(8)), RPC_S_OK, "ClientFree");
    ok(pair_frees == 1 && errno == EDOM, "calls what was set");

    RpcSmEnableAllocate();
    pair_refusals("pairs with NULL in an environment");
    block = allocate(8);
    status_is(RpcSmClientFree(block), RPC_S_OK, "an environment has its own pair");
    status_is(RpcSmFree(block), RPC_S_INVALID_ARG, "which is Free");
    status_is(RpcSmClientFree(elsewhere), RPC_S_INVALID_ARG, "of its blocks only");
    status_is(RpcSmSwapClientAllocFree(pair_allocate, pair_free, &own_allocate, &own_free),
              RPC_S_OK, "Swap in an environment");
    block = own_allocate(8);
    ok(block != NULL, "tells functions that work");
    own_free(block);
    status_is(RpcSmFree(block), RPC_S_INVALID_ARG, "both of them");
    RpcSmClientFree(pair_allocate(8));
    ok(pair_frees == 2, "the environment's pair is the new one");
    status_is(RpcSmSetClientAllocFree(own_allocate, own_free), RPC_S_OK, "put back");
    status_is(RpcSmClientFree(allocate(8)), RPC_S_OK, "ClientFree is Free again");
    status_is(RpcSmClientFree(elsewhere), RPC_S_INVALID_ARG, "with its status");
    RpcSmSetClientAllocFree(malloc, free);
    status_is(RpcSmClientFree(malloc(8)), RPC_S_OK, "or free, if one wants that");
    status_is(RpcSmDisableAllocate(), RPC_S_OK, "that ends with the environment");
    RpcSmClientFree(pair_allocate(8));
    ok(pair_frees == 3 && pair_allocations == 3, "and the thread's own pair is back");
    RpcSmEnableAllocate();
    status_is(RpcSmClientFree(allocate(8)), RPC_S_OK, "another environment starts with its own");
    RpcSmDisableAllocate();
    status_is(RpcSmSetClientAllocFree(old_allocate, old_free), RPC_S_OK, "the first is put back");
    status_is(RpcSmClientFree(malloc(8)), RPC_S_OK, "and works");
    ok(pair_frees == 3, "without the one that was set");
}

static void contexts(void)
{
    void *context = NULL;

    status_is(RpcSmDestroyClientContext(NULL), RPC_X_SS_CONTEXT_MISMATCH, "no context handle");
    status_is(RpcSmDestroyClientContext(&context), RPC_X_SS_CONTEXT_MISMATCH, "one that is NULL");
    context = elsewhere;
    status_is(RpcSmDestroyClientContext(&context), RPC_X_SS_CONTEXT_MISMATCH, "a bad one");
    ok(context == elsewhere, "is left alone");
    RpcSmEnableAllocate();
    context = allocate(8);
    status_is(RpcSmDestroyClientContext(&context), RPC_S_OK, "a block of an environment");
    ok(!context, "is set to NULL");
    RpcSmDisableAllocate();
}

static void midl_user(void)
{
    RPC_SS_THREAD_HANDLE aside;
    void *block = midl_user_allocate(8), *marked;

    ok(block != NULL, "midl_user_allocate");
    midl_user_free(block);
    midl_user_free(NULL);
    RpcSmEnableAllocate();
    block = allocate(8);
    marked = allocate(8);
    RpcSmFree(marked);
    midl_user_free(block);
    status_is(RpcSmFree(block), RPC_S_INVALID_ARG, "midl_user_free releases at once");
    midl_user_free(marked);
    midl_user_free(midl_user_allocate(8));
    block = allocate(8);
    aside = RpcSmGetThreadHandle(NULL);
    RpcSmSetThreadHandle(NULL);
    midl_user_free(block);
    RpcSmSetThreadHandle(aside);
    status_is(RpcSmFree(block), RPC_S_INVALID_ARG, "also from outside of the environment");
    status_is(RpcSmDisableAllocate(), RPC_S_OK, "and nothing is released twice");
}

/* The stages of one order: forwards, backwards, all over the place. Returns how many were refused.
 */
static size_t free_in_order(void **all, size_t count, size_t first, size_t step)
{
    size_t refused = 0;

    for (size_t i = 0, at = first; i < count; i++, at = (at + step) % count)
        refused += RpcSmFree(all[at]) != RPC_S_OK;
    return refused;
}

static void many_blocks(void)
{
    enum { COUNT = 100000 };
    void **all = malloc(COUNT * sizeof(*all));
    size_t steps[] = {1, COUNT - 1, 33331}, refused = 0, accepted = 0;

    for (size_t i = 0; all && i < 3; i++) {
        RpcSmEnableAllocate();
        for (size_t j = 0; j < COUNT; j++)
            all[j] = allocate(16);
        refused += free_in_order(all, COUNT, i == 1 ? COUNT - 1 : 0, steps[i]);
        for (size_t j = 0; j < COUNT; j++)
            accepted += RpcSmFree(all[j]) == RPC_S_OK;
        RpcSmDisableAllocate();
    }
    ok(refused == 0, "100000 live blocks are freed in any order");
    ok(accepted == 0, "and each of them once");

    /* Holes in the books, which are filled again */
    RpcSmEnableAllocate();
    refused = 0;
    for (size_t j = 0; all && j < COUNT; j++)
        all[j] = allocate(16);
    for (size_t round = 0; all && round < 3; round++) {
        for (size_t j = round; j < COUNT; j += 2)
            midl_user_free(all[j]);
        for (size_t j = round; j < COUNT; j += 2)
            all[j] = allocate(16 + round);
    }
    ok(free_in_order(all, COUNT, 0, 33331) == 0, "those in between are found when others went");
    RpcSmDisableAllocate();
    free(all);
}

static void error_number(void)
{
    RPC_STATUS status;

    errno = ERANGE;
    RpcSmEnableAllocate();
    RpcSmAllocate(SIZE_MAX, &status);
    RpcSmFree(RpcSmAllocate(8, &status));
    RpcSmFree(NULL);
    RpcSmDisableAllocate();
    ok(errno == ERANGE, "errno is left alone");
}

int main(void)
{
    without_environment();
    blocks();
    nested();
    handles();
    client_pairs();
    contexts();
    midl_user();
    many_blocks();
    error_number();
    return finish();
}
