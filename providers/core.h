/* SPDX-License-Identifier: MIT */
/*
 * What the functions of both libraries do, under names that nobody interposes: a call of RpcSm*
 * from within would look like one of the program. libscardaudit-rpc exports them for
 * libscardaudit-dce; they are no interface for programs.
 *
 * Microsoft's status codes: RPC_S_INVALID_ARG without an environment, and in one that is dead.
 */
#ifndef PROVIDERS_CORE_H
#define PROVIDERS_CORE_H

#include <stdbool.h>
#include <stddef.h>
#include <scardaudit/rpcsm.h>

RPC_STATUS scardaudit_rpc_enable(void);
/* Only who enabled may end an environment, or anybody who works in it once that thread is gone. */
RPC_STATUS scardaudit_rpc_disable(void);
RPC_STATUS scardaudit_rpc_allocate(size_t size, void **block);
/* RpcSmFree: the memory stays until the environment ends. */
RPC_STATUS scardaudit_rpc_mark(void *block);
/* rpc_sm_free: it is released at once. */
RPC_STATUS scardaudit_rpc_release(void *block);
/* The same, in whichever environment, and also if it is marked */
RPC_STATUS scardaudit_rpc_release_anywhere(void *block);

/* NULL without an environment, and in one that is dead */
RPC_SS_THREAD_HANDLE scardaudit_rpc_get_handle(void);
RPC_STATUS scardaudit_rpc_set_handle(RPC_SS_THREAD_HANDLE handle);

/* Any of the pointers may be NULL: that is RPC_S_INVALID_ARG. */
RPC_STATUS scardaudit_rpc_set_client_pair(RPC_CLIENT_ALLOC *allocate, RPC_CLIENT_FREE *release);
RPC_STATUS scardaudit_rpc_swap_client_pair(RPC_CLIENT_ALLOC *allocate, RPC_CLIENT_FREE *release,
                                           RPC_CLIENT_ALLOC **old_allocate,
                                           RPC_CLIENT_FREE **old_release);
/* What is to free a client's block; NULL: the environment does. */
RPC_CLIENT_FREE *scardaudit_rpc_client_release(void);
/* The pair of an environment, as swap tells it and set accepts it */
void *scardaudit_rpc_environment_allocate(size_t size);
void scardaudit_rpc_environment_free(void *block);

RPC_STATUS scardaudit_rpc_destroy_context(void **context);

#endif
