/* SPDX-License-Identifier: MIT */
/*
 * What the programs of this folder share: calls for RPC stub memory, each in a function of its own
 * that is never inlined, so that a test can look for its name in a stack. The same source is built
 * for each of the flavours:
 *
 *   (none)   RpcSm*, which return a status     libscardaudit-rpc, or libport with -DPORT
 *   -DSS     RpcSs*, which raise               libscardaudit-rpc
 *   -DDCE_SM rpc_sm_*, which store a status    libscardaudit-dce, or libdcelike with -DLIKE
 *   -DDCE_SS rpc_ss_*, which raise             libscardaudit-dce, or libdcelike with -DLIKE
 *
 * Here all of them return a status, 0 if all is well. A program has one bug; built with -DFIXED it
 * is its own correct twin. OK() is around calls that must succeed; what the library says to a
 * mistake is its own affair.
 */
#ifndef TESTS_RPC_H
#define TESTS_RPC_H

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef NOINLINE
#define NOINLINE __attribute__((noinline, unused))
#define UNEXPECTED 99
#endif

#if defined(LIKE)
#include "dce-like.h"
typedef rpc_ss_thread_handle_t handle_t;
typedef unsigned32 block_size_t;
#elif defined(DCE_SM) || defined(DCE_SS)
#include <scardaudit/dce.h>
#include <scardaudit/rpcsm.h>
typedef rpc_ss_thread_handle_t handle_t;
typedef unsigned32 block_size_t;
#else
#include <scardaudit/rpcsm.h>
typedef RPC_SS_THREAD_HANDLE handle_t;
typedef size_t block_size_t;
#endif
typedef void *alloc_routine_t(block_size_t size);
typedef void free_routine_t(void *block);

/* STATUS(call of Sm, call of DCE's sm, call of Ss, call of DCE's ss): the one that is built;
 * `status` is set by it, or to what it raised. */
#if defined(SS) || defined(DCE_SS)
#if defined(LIKE)
#define ATTEMPT(call) DCE_ATTEMPT(status, call)
#else
#define ATTEMPT(call)                                                                              \
    RpcTryExcept                                                                                   \
    {                                                                                              \
        call;                                                                                      \
    }                                                                                              \
    RpcExcept(1)                                                                                   \
    {                                                                                              \
        status = (int)RpcExceptionCode();                                                          \
    }                                                                                              \
    RpcEndExcept
#endif
#ifdef SS
#define STATUS(sm, dce_sm, ss, dce_ss) ATTEMPT(ss)
#else
#define STATUS(sm, dce_sm, ss, dce_ss) ATTEMPT(dce_ss)
#endif
typedef volatile int status_t;
#elif defined(DCE_SM)
#define STATUS(sm, dce_sm, ss, dce_ss) dce_sm
typedef unsigned32 status_t;
#else
#define STATUS(sm, dce_sm, ss, dce_ss) sm
typedef int32_t status_t;
#endif

#define OK(call) expect_ok((int)(call), #call)

static NOINLINE void expect_ok(int status, const char *call)
{
    if (status == 0)
        return;
    fprintf(stderr, "%s: %#x\n", call, (unsigned)status);
    exit(UNEXPECTED);
}

static NOINLINE int enable(void)
{
    status_t status = 0;

    STATUS(status = RpcSmEnableAllocate(), rpc_sm_enable_allocate(&status), RpcSsEnableAllocate(),
           rpc_ss_enable_allocate());
    return (int)status;
}

static NOINLINE int disable(void)
{
    status_t status = 0;

    STATUS(status = RpcSmDisableAllocate(), rpc_sm_disable_allocate(&status),
           RpcSsDisableAllocate(), rpc_ss_disable_allocate());
    return (int)status;
}

/* NULL if refused */
static NOINLINE void *try_allocate(block_size_t size)
{
    void *volatile block = NULL;
    status_t status = 0;

    STATUS(block = RpcSmAllocate(size, &status), block = rpc_sm_allocate(size, &status),
           block = RpcSsAllocate(size), block = rpc_ss_allocate(size));
    return status == 0 ? block : NULL;
}

#define allocate(size) expect_block(try_allocate(size))

static NOINLINE void *expect_block(void *block)
{
    if (block)
        return block;
    fputs("no memory\n", stderr);
    exit(UNEXPECTED);
}

static NOINLINE int release(void *block)
{
    status_t status = 0;

    STATUS(status = RpcSmFree(block), rpc_sm_free(block, &status), RpcSsFree(block),
           rpc_ss_free(block));
    return (int)status;
}

#ifndef SS /* Windows has no RpcSsClientFree */
static NOINLINE int client_free(void *block)
{
    status_t status = 0;

    STATUS(status = RpcSmClientFree(block), rpc_sm_client_free(block, &status), ,
           rpc_ss_client_free(block));
    return (int)status;
}
#endif

#ifndef PORT
static NOINLINE handle_t thread_handle(void)
{
    void *volatile handle = NULL;
    status_t status = 0;

    STATUS(handle = RpcSmGetThreadHandle(&status), handle = rpc_sm_get_thread_handle(&status),
           handle = RpcSsGetThreadHandle(), handle = rpc_ss_get_thread_handle());
    (void)status;
    return handle;
}

/* NULL: none */
static NOINLINE int use_thread_handle(handle_t handle)
{
    status_t status = 0;

    STATUS(status = RpcSmSetThreadHandle(handle), rpc_sm_set_thread_handle(handle, &status),
           RpcSsSetThreadHandle(handle), rpc_ss_set_thread_handle(handle));
    return (int)status;
}

static NOINLINE int set_pair(alloc_routine_t *alloc, free_routine_t *free)
{
    status_t status = 0;

    STATUS(status = RpcSmSetClientAllocFree(alloc, free),
           rpc_sm_set_client_alloc_free(alloc, free, &status), RpcSsSetClientAllocFree(alloc, free),
           rpc_ss_set_client_alloc_free(alloc, free));
    return (int)status;
}

static NOINLINE int swap_pair(alloc_routine_t *alloc, free_routine_t *free,
                              alloc_routine_t **old_alloc, free_routine_t **old_free)
{
    status_t status = 0;

    STATUS(status = RpcSmSwapClientAllocFree(alloc, free, old_alloc, old_free),
           rpc_sm_swap_client_alloc_free(alloc, free, old_alloc, old_free, &status),
           RpcSsSwapClientAllocFree(alloc, free, old_alloc, old_free),
           rpc_ss_swap_client_alloc_free(alloc, free, old_alloc, old_free));
    return (int)status;
}
#endif

static NOINLINE pthread_t start(void *(*work)(void *), void *data)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, work, data) != 0)
        exit(UNEXPECTED);
    return thread;
}

static NOINLINE void await(pthread_t thread)
{
    pthread_join(thread, NULL);
}

#endif
