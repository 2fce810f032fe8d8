// SPDX-License-Identifier: MIT
/* RpcSm*, which return a status, and RpcSs*, which raise it. */
#include "core.h"
#include "export.h"

static void tell(RPC_STATUS *status, RPC_STATUS value)
{
    if (status)
        *status = value;
}

static void raise_unless_ok(RPC_STATUS status)
{
    if (status != RPC_S_OK)
        scardaudit_rpc_raise(status);
}

PROVIDER_EXPORT RPC_STATUS RpcSmEnableAllocate(void)
{
    return scardaudit_rpc_enable();
}

PROVIDER_EXPORT void RpcSsEnableAllocate(void)
{
    raise_unless_ok(scardaudit_rpc_enable());
}

PROVIDER_EXPORT RPC_STATUS RpcSmDisableAllocate(void)
{
    return scardaudit_rpc_disable();
}

PROVIDER_EXPORT void RpcSsDisableAllocate(void)
{
    raise_unless_ok(scardaudit_rpc_disable());
}

PROVIDER_EXPORT void *RpcSmAllocate(size_t size, RPC_STATUS *status)
{
    void *block;

    tell(status, scardaudit_rpc_allocate(size, &block));
    return block;
}

PROVIDER_EXPORT void *RpcSsAllocate(size_t size)
{
    void *block;

    raise_unless_ok(scardaudit_rpc_allocate(size, &block));
    return block;
}

PROVIDER_EXPORT RPC_STATUS RpcSmFree(void *block)
{
    return scardaudit_rpc_mark(block);
}

PROVIDER_EXPORT void RpcSsFree(void *block)
{
    raise_unless_ok(scardaudit_rpc_mark(block));
}

PROVIDER_EXPORT RPC_SS_THREAD_HANDLE RpcSmGetThreadHandle(RPC_STATUS *status)
{
    tell(status, RPC_S_OK);
    return scardaudit_rpc_get_handle();
}

PROVIDER_EXPORT RPC_SS_THREAD_HANDLE RpcSsGetThreadHandle(void)
{
    return scardaudit_rpc_get_handle();
}

PROVIDER_EXPORT RPC_STATUS RpcSmSetThreadHandle(RPC_SS_THREAD_HANDLE handle)
{
    return scardaudit_rpc_set_handle(handle);
}

PROVIDER_EXPORT void RpcSsSetThreadHandle(RPC_SS_THREAD_HANDLE handle)
{
    raise_unless_ok(scardaudit_rpc_set_handle(handle));
}

PROVIDER_EXPORT RPC_STATUS RpcSmClientFree(void *block)
{
    RPC_CLIENT_FREE *release = scardaudit_rpc_client_release();

    if (!release)
        return scardaudit_rpc_mark(block);
    release(block);
    return RPC_S_OK;
}

PROVIDER_EXPORT RPC_STATUS RpcSmSetClientAllocFree(RPC_CLIENT_ALLOC *allocate,
                                                   RPC_CLIENT_FREE *release)
{
    return scardaudit_rpc_set_client_pair(allocate, release);
}

PROVIDER_EXPORT void RpcSsSetClientAllocFree(RPC_CLIENT_ALLOC *allocate, RPC_CLIENT_FREE *release)
{
    raise_unless_ok(scardaudit_rpc_set_client_pair(allocate, release));
}

PROVIDER_EXPORT RPC_STATUS RpcSmSwapClientAllocFree(RPC_CLIENT_ALLOC *allocate,
                                                    RPC_CLIENT_FREE *release,
                                                    RPC_CLIENT_ALLOC **old_allocate,
                                                    RPC_CLIENT_FREE **old_release)
{
    return scardaudit_rpc_swap_client_pair(allocate, release, old_allocate, old_release);
}

PROVIDER_EXPORT void RpcSsSwapClientAllocFree(RPC_CLIENT_ALLOC *allocate, RPC_CLIENT_FREE *release,
                                              RPC_CLIENT_ALLOC **old_allocate,
                                              RPC_CLIENT_FREE **old_release)
{
    raise_unless_ok(scardaudit_rpc_swap_client_pair(allocate, release, old_allocate, old_release));
}

PROVIDER_EXPORT RPC_STATUS RpcSmDestroyClientContext(void **context)
{
    return scardaudit_rpc_destroy_context(context);
}

PROVIDER_EXPORT void RpcSsDestroyClientContext(void **context)
{
    raise_unless_ok(scardaudit_rpc_destroy_context(context));
}
