// SPDX-License-Identifier: MIT
/* rpc_sm_* and rpc_ss_*: DCE's sizes and codes, on the environments of libscardaudit-rpc. */
#include <stdlib.h>
#include <scardaudit/dce.h>
#include "core.h"
#include "export.h"

static unsigned32 dce_code(RPC_STATUS status)
{
    switch (status) {
    case RPC_S_OK:
        return rpc_s_ok;
    case RPC_S_OUT_OF_MEMORY:
        return rpc_s_no_memory;
    case RPC_X_SS_CONTEXT_MISMATCH:
        return rpc_s_fault_context_mismatch;
    default:
        return rpc_s_invalid_arg;
    }
}

static void tell(unsigned32 *status, RPC_STATUS value)
{
    if (status)
        *status = dce_code(value);
}

static void raise_unless_ok(RPC_STATUS status)
{
    if (status != RPC_S_OK)
        scardaudit_rpc_raise((RPC_STATUS)dce_code(status));
}

/*
 * The pairs that one has without asking, as functions that take DCE's sizes (the upper half of a
 * register that holds 32 bits is anything) and that release at once.
 */
static idl_void_p_t plain_allocate(idl_size_t size)
{
    return malloc(size);
}

static idl_void_p_t environment_allocate(idl_size_t size)
{
    return scardaudit_rpc_environment_allocate(size);
}

static void environment_free(idl_void_p_t block)
{
    scardaudit_rpc_release(block);
}

/* A pair of the program's own passes through as it is: nobody but the program calls its half. */
static RPC_CLIENT_ALLOC *allocate_to_core(rpc_ss_p_alloc_t allocate)
{
    return allocate == plain_allocate         ? malloc
           : allocate == environment_allocate ? scardaudit_rpc_environment_allocate
                                              : (RPC_CLIENT_ALLOC *)(void (*)(void))allocate;
}

static rpc_ss_p_alloc_t allocate_from_core(RPC_CLIENT_ALLOC *allocate)
{
    return allocate == malloc ? plain_allocate
           : allocate == scardaudit_rpc_environment_allocate
               ? environment_allocate
               : (rpc_ss_p_alloc_t)(void (*)(void))allocate;
}

static RPC_CLIENT_FREE *release_to_core(rpc_ss_p_free_t release)
{
    return release == environment_free ? scardaudit_rpc_environment_free : release;
}

static rpc_ss_p_free_t release_from_core(RPC_CLIENT_FREE *release)
{
    return release == scardaudit_rpc_environment_free ? environment_free : release;
}

static RPC_STATUS client_free(idl_void_p_t block)
{
    RPC_CLIENT_FREE *release = scardaudit_rpc_client_release();

    if (!release)
        return scardaudit_rpc_release(block);
    release(block);
    return RPC_S_OK;
}

static RPC_STATUS set_pair(rpc_ss_p_alloc_t allocate, rpc_ss_p_free_t release)
{
    return scardaudit_rpc_set_client_pair(allocate_to_core(allocate), release_to_core(release));
}

static RPC_STATUS swap_pair(rpc_ss_p_alloc_t allocate, rpc_ss_p_free_t release,
                            rpc_ss_p_alloc_t *old_allocate, rpc_ss_p_free_t *old_release)
{
    RPC_CLIENT_ALLOC *core_allocate;
    RPC_CLIENT_FREE *core_release;
    RPC_STATUS status;

    if (!old_allocate || !old_release)
        return RPC_S_INVALID_ARG;
    status = scardaudit_rpc_swap_client_pair(allocate_to_core(allocate), release_to_core(release),
                                             &core_allocate, &core_release);
    if (status != RPC_S_OK)
        return status;
    *old_allocate = allocate_from_core(core_allocate);
    *old_release = release_from_core(core_release);
    return RPC_S_OK;
}

/* ---- with a status */

PROVIDER_EXPORT void rpc_sm_enable_allocate(unsigned32 *status)
{
    tell(status, scardaudit_rpc_enable());
}

PROVIDER_EXPORT void rpc_sm_disable_allocate(unsigned32 *status)
{
    tell(status, scardaudit_rpc_disable());
}

PROVIDER_EXPORT idl_void_p_t rpc_sm_allocate(idl_size_t size, unsigned32 *status)
{
    void *block;

    tell(status, scardaudit_rpc_allocate(size, &block));
    return block;
}

PROVIDER_EXPORT void rpc_sm_free(idl_void_p_t block, unsigned32 *status)
{
    tell(status, scardaudit_rpc_release(block));
}

PROVIDER_EXPORT rpc_ss_thread_handle_t rpc_sm_get_thread_handle(unsigned32 *status)
{
    tell(status, RPC_S_OK);
    return scardaudit_rpc_get_handle();
}

PROVIDER_EXPORT void rpc_sm_set_thread_handle(rpc_ss_thread_handle_t handle, unsigned32 *status)
{
    tell(status, scardaudit_rpc_set_handle(handle));
}

PROVIDER_EXPORT void rpc_sm_client_free(idl_void_p_t block, unsigned32 *status)
{
    tell(status, client_free(block));
}

PROVIDER_EXPORT void rpc_sm_set_client_alloc_free(rpc_ss_p_alloc_t allocate,
                                                  rpc_ss_p_free_t release, unsigned32 *status)
{
    tell(status, set_pair(allocate, release));
}

PROVIDER_EXPORT void rpc_sm_swap_client_alloc_free(rpc_ss_p_alloc_t allocate,
                                                   rpc_ss_p_free_t release,
                                                   rpc_ss_p_alloc_t *old_allocate,
                                                   rpc_ss_p_free_t *old_release, unsigned32 *status)
{
    tell(status, swap_pair(allocate, release, old_allocate, old_release));
}

PROVIDER_EXPORT void rpc_sm_destroy_client_context(rpc_ss_context_t *context, unsigned32 *status)
{
    tell(status, scardaudit_rpc_destroy_context(context));
}

/* ---- with exceptions */

PROVIDER_EXPORT void rpc_ss_enable_allocate(void)
{
    raise_unless_ok(scardaudit_rpc_enable());
}

PROVIDER_EXPORT void rpc_ss_disable_allocate(void)
{
    raise_unless_ok(scardaudit_rpc_disable());
}

PROVIDER_EXPORT idl_void_p_t rpc_ss_allocate(idl_size_t size)
{
    void *block;

    raise_unless_ok(scardaudit_rpc_allocate(size, &block));
    return block;
}

PROVIDER_EXPORT void rpc_ss_free(idl_void_p_t block)
{
    raise_unless_ok(scardaudit_rpc_release(block));
}

PROVIDER_EXPORT rpc_ss_thread_handle_t rpc_ss_get_thread_handle(void)
{
    return scardaudit_rpc_get_handle();
}

PROVIDER_EXPORT void rpc_ss_set_thread_handle(rpc_ss_thread_handle_t handle)
{
    raise_unless_ok(scardaudit_rpc_set_handle(handle));
}

PROVIDER_EXPORT void rpc_ss_client_free(idl_void_p_t block)
{
    raise_unless_ok(client_free(block));
}

PROVIDER_EXPORT void rpc_ss_set_client_alloc_free(rpc_ss_p_alloc_t allocate,
                                                  rpc_ss_p_free_t release)
{
    raise_unless_ok(set_pair(allocate, release));
}

PROVIDER_EXPORT void rpc_ss_swap_client_alloc_free(rpc_ss_p_alloc_t allocate,
                                                   rpc_ss_p_free_t release,
                                                   rpc_ss_p_alloc_t *old_allocate,
                                                   rpc_ss_p_free_t *old_release)
{
    raise_unless_ok(swap_pair(allocate, release, old_allocate, old_release));
}

PROVIDER_EXPORT void rpc_ss_destroy_client_context(rpc_ss_context_t *context)
{
    raise_unless_ok(scardaudit_rpc_destroy_context(context));
}
