/* SPDX-License-Identifier: MIT */
/*
 * RPC stub memory for code that comes from Windows: RpcSm* and RpcSs*, with Microsoft's semantics.
 *
 *     cc program.c $(pkg-config --cflags --libs scardaudit-rpc)
 *
 * A thread enables an environment, allocates in it, and disables it, which releases everything:
 *
 *     RPC_STATUS status = RpcSmEnableAllocate();
 *     char *name = (char *)RpcSmAllocate(32, &status);
 *     ...
 *     RpcSmFree(name);            only marks: the memory is there until the environment ends
 *     RpcSmDisableAllocate();
 *
 * Other threads work in the same environment after RpcSmSetThreadHandle. All functions may be
 * called by any number of threads at once, none from a signal handler. errno stays as it was,
 * unless a function of the client pair changes it. What holds beyond that: libscardaudit-rpc(3).
 */
#ifndef SCARDAUDIT_RPCSM_H
#define SCARDAUDIT_RPCSM_H

#include <stddef.h>
#include <scardaudit/rpcexcept.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef void *RPC_SS_THREAD_HANDLE;
typedef void *RPC_CLIENT_ALLOC(size_t size);
typedef void RPC_CLIENT_FREE(void *block);

/* Each Enable wants its Disable; the last one ends the environment. */
RPC_STATUS RpcSmEnableAllocate(void);
RPC_STATUS RpcSmDisableAllocate(void);

/* 16-byte aligned; a pointer of its own also for 0 bytes; NULL with a status in *status (4 bytes).
 */
void *RpcSmAllocate(size_t size, RPC_STATUS *status);
RPC_STATUS RpcSmFree(void *block);

/* NULL without an environment. A handle is never used a second time. */
RPC_SS_THREAD_HANDLE RpcSmGetThreadHandle(RPC_STATUS *status);
/* NULL leaves the environment. RPC_S_INVALID_ARG for what is no handle, or no longer. */
RPC_STATUS RpcSmSetThreadHandle(RPC_SS_THREAD_HANDLE handle);

/* The pair that client stubs use: malloc and free, in an environment Allocate and Free. */
RPC_STATUS RpcSmClientFree(void *block);
RPC_STATUS RpcSmSetClientAllocFree(RPC_CLIENT_ALLOC *allocate, RPC_CLIENT_FREE *release);
RPC_STATUS RpcSmSwapClientAllocFree(RPC_CLIENT_ALLOC *allocate, RPC_CLIENT_FREE *release,
                                    RPC_CLIENT_ALLOC **old_allocate, RPC_CLIENT_FREE **old_release);

/* A context handle is known as such when it is a block of an environment. */
RPC_STATUS RpcSmDestroyClientContext(void **context);

/* The same, with RpcRaiseException instead of a status */
void RpcSsEnableAllocate(void);
void RpcSsDisableAllocate(void);
void *RpcSsAllocate(size_t size);
void RpcSsFree(void *block);
RPC_SS_THREAD_HANDLE RpcSsGetThreadHandle(void);
void RpcSsSetThreadHandle(RPC_SS_THREAD_HANDLE handle);
void RpcSsSetClientAllocFree(RPC_CLIENT_ALLOC *allocate, RPC_CLIENT_FREE *release);
void RpcSsSwapClientAllocFree(RPC_CLIENT_ALLOC *allocate, RPC_CLIENT_FREE *release,
                              RPC_CLIENT_ALLOC **old_allocate, RPC_CLIENT_FREE **old_release);
void RpcSsDestroyClientContext(void **context);

/*
 * malloc and free, for programs that do not define them, as Windows wants it. midl_user_free
 * releases at once also what was allocated in an environment.
 */
void *midl_user_allocate(size_t size);
void midl_user_free(void *block);

#ifdef __cplusplus
}
#endif

#endif
