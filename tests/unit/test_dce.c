/* SPDX-License-Identifier: MIT */
/* Stub memory under the names of DCE, and both families in one environment. */
#include <stdint.h>
#include <scardaudit/dce.h>
#include "rpc_test.h"

static char elsewhere[16];
static unsigned32 status;

/* Has a function been called that leaves this status? */
static void left(unsigned32 expected, const char *name)
{
    ok(status == expected, name);
    if (status != expected)
        printf("# got %#x, expected %#x\n", (unsigned)status, (unsigned)expected);
    status = 0xffffffff;
}

static void refused_with_status(void)
{
    rpc_ss_p_alloc_t old_allocate;
    rpc_ss_p_free_t old_free;
    rpc_ss_context_t context = elsewhere;

    ok(!rpc_sm_allocate(8, &status), "no environment, no block");
    left(rpc_s_invalid_arg, "rpc_sm_allocate");
    rpc_sm_free(elsewhere, &status);
    left(rpc_s_invalid_arg, "rpc_sm_free");
    rpc_sm_disable_allocate(&status);
    left(rpc_s_invalid_arg, "rpc_sm_disable_allocate");
    ok(!rpc_sm_get_thread_handle(&status), "no handle");
    left(rpc_s_ok, "rpc_sm_get_thread_handle");
    rpc_sm_set_thread_handle(elsewhere, &status);
    left(rpc_s_invalid_arg, "rpc_sm_set_thread_handle");
    rpc_sm_set_client_alloc_free(NULL, free, &status);
    left(rpc_s_invalid_arg, "rpc_sm_set_client_alloc_free");
    rpc_sm_swap_client_alloc_free(NULL, NULL, &old_allocate, &old_free, &status);
    left(rpc_s_invalid_arg, "rpc_sm_swap_client_alloc_free");
    rpc_sm_swap_client_alloc_free(NULL, NULL, NULL, NULL, &status);
    left(rpc_s_invalid_arg, "without room for the old pair");
    rpc_sm_destroy_client_context(&context, &status);
    left(rpc_s_fault_context_mismatch, "rpc_sm_destroy_client_context");
    rpc_sm_free(elsewhere, NULL);
    rpc_sm_enable_allocate(&status);
    ok(rpc_sm_allocate(8, NULL) != NULL, "one need not ask for a status");
    ok(rpc_sm_allocate(UINT32_MAX, &status) ? status == rpc_s_ok : status == rpc_s_no_memory,
       "4 GiB, if they are there");
    rpc_sm_disable_allocate(&status);
    left(rpc_s_ok, "rpc_sm_disable_allocate");
}

static void blocks(void)
{
    rpc_ss_thread_handle_t handle;
    rpc_ss_context_t context;
    void *block;

    rpc_sm_enable_allocate(&status);
    left(rpc_s_ok, "rpc_sm_enable_allocate");
    handle = rpc_sm_get_thread_handle(&status);
    block = rpc_sm_allocate(8, &status);
    left(rpc_s_ok, "rpc_sm_allocate");
    rpc_sm_free(block, &status);
    left(rpc_s_ok, "rpc_sm_free");
    rpc_sm_free(block, &status);
    left(rpc_s_invalid_arg, "the block is gone");
    block = rpc_ss_allocate(8);
    rpc_ss_free(block);
    rpc_sm_free(block, &status);
    left(rpc_s_invalid_arg, "with rpc_ss_free too");
    context = rpc_sm_allocate(8, &status);
    rpc_sm_destroy_client_context(&context, &status);
    left(rpc_s_ok, "rpc_sm_destroy_client_context");
    ok(!context, "sets it to NULL");
    context = rpc_ss_allocate(8);
    rpc_ss_destroy_client_context(&context);
    ok(!context, "rpc_ss_destroy_client_context too");
    rpc_sm_set_thread_handle(NULL, &status);
    left(rpc_s_ok, "rpc_sm_set_thread_handle");
    rpc_ss_set_thread_handle(handle);
    ok(rpc_ss_get_thread_handle() == handle, "rpc_ss_set_thread_handle");
    rpc_ss_enable_allocate();
    rpc_ss_disable_allocate();
    rpc_ss_disable_allocate();
    ok(!rpc_ss_get_thread_handle(), "rpc_ss_disable_allocate");
}

static void mixed(void)
{
    void *block;

    RpcSmEnableAllocate();
    ok(RpcSmGetThreadHandle(NULL) == rpc_ss_get_thread_handle(), "both see one environment");
    block = RpcSmAllocate(8, NULL);
    rpc_sm_free(block, &status);
    left(rpc_s_ok, "rpc_sm_free of a block of RpcSmAllocate");
    status_is(RpcSmFree(block), RPC_S_INVALID_ARG, "releases it");
    block = rpc_ss_allocate(8);
    status_is(RpcSmFree(block), RPC_S_OK, "RpcSmFree of a block of rpc_ss_allocate");
    rpc_sm_free(block, &status);
    left(rpc_s_invalid_arg, "marks it");
    rpc_sm_disable_allocate(&status);
    left(rpc_s_ok, "rpc_sm_disable_allocate after RpcSmEnableAllocate");
    status_is(RpcSmDisableAllocate(), RPC_S_INVALID_ARG, "ends it");
}

static int pair_calls;

static idl_void_p_t pair_allocate(idl_size_t size)
{
    pair_calls++;
    return malloc(size);
}

static void pair_free(idl_void_p_t block)
{
    pair_calls++;
    free(block);
}

/* The first argument is handed on in its register: what it has above 32 bits is nobody's. */
__attribute__((noinline)) static idl_void_p_t truncated(uint64_t size, rpc_ss_p_alloc_t allocate)
{
    return allocate((idl_size_t)size);
}

#define EIGHT_AND_MORE 0x7000000000000008

static void client_pairs(void)
{
    rpc_ss_p_alloc_t old_allocate, own_allocate;
    rpc_ss_p_free_t old_free, own_free;
    void *block;

    rpc_sm_client_free(malloc(8), &status);
    left(rpc_s_ok, "rpc_sm_client_free without an environment is free");
    rpc_ss_client_free(malloc(8));
    rpc_sm_swap_client_alloc_free(pair_allocate, pair_free, &old_allocate, &old_free, &status);
    left(rpc_s_ok, "rpc_sm_swap_client_alloc_free");
    block = truncated(EIGHT_AND_MORE, old_allocate);
    ok(block != NULL, "tells functions that take sizes of 32 bits");
    old_free(block);
    rpc_ss_client_free(pair_allocate(8));
    ok(pair_calls == 2, "rpc_ss_client_free calls the pair");
    RpcSmClientFree(pair_allocate(8));
    ok(pair_calls == 4, "as RpcSmClientFree does");

    rpc_ss_enable_allocate();
    rpc_ss_swap_client_alloc_free(pair_allocate, pair_free, &own_allocate, &own_free);
    block = truncated(EIGHT_AND_MORE, own_allocate);
    ok(block != NULL, "the environment's do, too");
    own_free(block);
    status_is(RpcSmFree(block), RPC_S_INVALID_ARG, "the environment's pair releases at once");
    rpc_ss_client_free(pair_allocate(8));
    ok(pair_calls == 6, "the new pair is called");
    rpc_ss_set_client_alloc_free(own_allocate, own_free);
    block = rpc_ss_allocate(8);
    rpc_ss_client_free(block);
    status_is(RpcSmFree(block), RPC_S_INVALID_ARG, "put back, it is the environment's again");
    rpc_sm_client_free(elsewhere, &status);
    left(rpc_s_invalid_arg, "with its status");
    rpc_ss_disable_allocate();
    rpc_sm_set_client_alloc_free(old_allocate, old_free, &status);
    left(rpc_s_ok, "rpc_sm_set_client_alloc_free");
    rpc_ss_client_free(malloc(8));
    ok(pair_calls == 6, "the first pair is back");
}

static RPC_STATUS raised_by(void (*function)(void))
{
    volatile RPC_STATUS code = 0;

    RpcTryExcept
    {
        function();
    }
    RpcExcept(1)
    {
        code = RpcExceptionCode();
    }
    RpcEndExcept;
    return code;
}

static void bad_allocate(void)
{
    rpc_ss_allocate(8);
}

static void bad_free(void)
{
    rpc_ss_free(elsewhere);
}

static void bad_client_free(void)
{
    rpc_ss_client_free(elsewhere);
}

static void bad_handle(void)
{
    rpc_ss_set_thread_handle(elsewhere);
}

static void bad_pair(void)
{
    rpc_ss_set_client_alloc_free(NULL, NULL);
}

static void bad_swap(void)
{
    rpc_ss_swap_client_alloc_free(pair_allocate, pair_free, NULL, NULL);
}

static void bad_context(void)
{
    rpc_ss_destroy_client_context(NULL);
}

static void refused_with_exception(void)
{
    status_is(raised_by(bad_allocate), rpc_s_invalid_arg, "rpc_ss_allocate raises a code of DCE");
    status_is(raised_by(bad_free), rpc_s_invalid_arg, "rpc_ss_free");
    status_is(raised_by(rpc_ss_disable_allocate), rpc_s_invalid_arg, "rpc_ss_disable_allocate");
    status_is(raised_by(bad_handle), rpc_s_invalid_arg, "rpc_ss_set_thread_handle");
    status_is(raised_by(bad_pair), rpc_s_invalid_arg, "rpc_ss_set_client_alloc_free");
    status_is(raised_by(bad_swap), rpc_s_invalid_arg, "rpc_ss_swap_client_alloc_free");
    status_is(raised_by(bad_context), rpc_s_fault_context_mismatch,
              "rpc_ss_destroy_client_context");
    rpc_ss_enable_allocate();
    status_is(raised_by(bad_client_free), rpc_s_invalid_arg, "rpc_ss_client_free");
    rpc_ss_disable_allocate();
}

int main(void)
{
    refused_with_status();
    blocks();
    mixed();
    client_pairs();
    refused_with_exception();
    return finish();
}
