/* SPDX-License-Identifier: MIT */
/*
 * RPC stub memory under the names of DCE: rpc_sm_* with a status, rpc_ss_* with exceptions.
 *
 *     cc program.c $(pkg-config --cflags --libs scardaudit-dce)
 *
 * They work in the same environments as RpcSm* of scardaudit/rpcsm.h, and differ in that a block is
 * released at once when it is freed, and that status codes and those of exceptions are DCE's.
 * Exceptions are those of scardaudit/rpcexcept.h. This is for programs that do without a DCE
 * runtime; with one, take the runtime's own.
 */
#ifndef SCARDAUDIT_DCE_H
#define SCARDAUDIT_DCE_H

#include <stdint.h>
#include <scardaudit/rpcexcept.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef uint32_t unsigned32;
typedef unsigned32 error_status_t;
typedef unsigned32 idl_size_t;
typedef void *idl_void_p_t;
typedef void *rpc_ss_thread_handle_t;
typedef void *rpc_ss_context_t;
typedef idl_void_p_t (*rpc_ss_p_alloc_t)(idl_size_t size);
typedef void (*rpc_ss_p_free_t)(idl_void_p_t block);

#define rpc_s_ok 0
#define error_status_ok 0
#define rpc_s_no_memory 0x16c9a012
#define rpc_s_invalid_arg 0x16c9a063
#define rpc_s_fault_context_mismatch 0x16c9a075

void rpc_sm_enable_allocate(unsigned32 *status);
void rpc_sm_disable_allocate(unsigned32 *status);
idl_void_p_t rpc_sm_allocate(idl_size_t size, unsigned32 *status);
void rpc_sm_free(idl_void_p_t block, unsigned32 *status);
rpc_ss_thread_handle_t rpc_sm_get_thread_handle(unsigned32 *status);
void rpc_sm_set_thread_handle(rpc_ss_thread_handle_t handle, unsigned32 *status);
void rpc_sm_client_free(idl_void_p_t block, unsigned32 *status);
void rpc_sm_set_client_alloc_free(rpc_ss_p_alloc_t allocate, rpc_ss_p_free_t release,
                                  unsigned32 *status);
void rpc_sm_swap_client_alloc_free(rpc_ss_p_alloc_t allocate, rpc_ss_p_free_t release,
                                   rpc_ss_p_alloc_t *old_allocate, rpc_ss_p_free_t *old_release,
                                   unsigned32 *status);
void rpc_sm_destroy_client_context(rpc_ss_context_t *context, unsigned32 *status);

void rpc_ss_enable_allocate(void);
void rpc_ss_disable_allocate(void);
idl_void_p_t rpc_ss_allocate(idl_size_t size);
void rpc_ss_free(idl_void_p_t block);
rpc_ss_thread_handle_t rpc_ss_get_thread_handle(void);
void rpc_ss_set_thread_handle(rpc_ss_thread_handle_t handle);
void rpc_ss_client_free(idl_void_p_t block);
void rpc_ss_set_client_alloc_free(rpc_ss_p_alloc_t allocate, rpc_ss_p_free_t release);
void rpc_ss_swap_client_alloc_free(rpc_ss_p_alloc_t allocate, rpc_ss_p_free_t release,
                                   rpc_ss_p_alloc_t *old_allocate, rpc_ss_p_free_t *old_release);
void rpc_ss_destroy_client_context(rpc_ss_context_t *context);

#ifdef __cplusplus
}
#endif

#endif
