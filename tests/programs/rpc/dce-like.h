/* SPDX-License-Identifier: MIT */
/* What programs see of libdcelike (dce-like.c). */
#ifndef TESTS_DCE_LIKE_H
#define TESTS_DCE_LIKE_H

#include <setjmp.h>
#include <stdint.h>

typedef uint32_t unsigned32;
typedef void *rpc_ss_thread_handle_t;
typedef void *(*dce_alloc_t)(unsigned32 size);
typedef void (*dce_free_t)(void *block);

#ifdef __cplusplus
extern "C" {
#endif

struct dce_memory;
struct dce_support {
    struct dce_memory *memory;
    dce_alloc_t alloc;
    dce_free_t free;
};
struct dce_memory {
    struct dce_block *first;
};

#define rpc_s_ok 0
#define rpc_s_no_memory 0x16c9a012

void *rpc_ss_allocate(unsigned32 size);
void rpc_ss_free(void *block);
void rpc_ss_client_free(void *block);
void rpc_ss_enable_allocate(void);
void rpc_ss_disable_allocate(void);
rpc_ss_thread_handle_t rpc_ss_get_thread_handle(void);
void rpc_ss_set_thread_handle(rpc_ss_thread_handle_t handle);
void rpc_ss_set_client_alloc_free(dce_alloc_t alloc, dce_free_t free);
void rpc_ss_swap_client_alloc_free(dce_alloc_t alloc, dce_free_t free, dce_alloc_t *old_alloc,
                                   dce_free_t *old_free);
void rpc_ss_destroy_client_context(void **context);
void *rpc_sm_allocate(unsigned32 size, unsigned32 *status);
void rpc_sm_free(void *block, unsigned32 *status);
void rpc_sm_client_free(void *block, unsigned32 *status);
void rpc_sm_enable_allocate(unsigned32 *status);
void rpc_sm_disable_allocate(unsigned32 *status);
rpc_ss_thread_handle_t rpc_sm_get_thread_handle(unsigned32 *status);
void rpc_sm_set_thread_handle(rpc_ss_thread_handle_t handle, unsigned32 *status);
void rpc_sm_set_client_alloc_free(dce_alloc_t alloc, dce_free_t free, unsigned32 *status);
void rpc_sm_swap_client_alloc_free(dce_alloc_t alloc, dce_free_t free, dce_alloc_t *old_alloc,
                                   dce_free_t *old_free, unsigned32 *status);
void rpc_sm_destroy_client_context(void **context, unsigned32 *status);

/* For server stubs */
void rpc_ss_create_support_ptrs(struct dce_support *support, struct dce_memory *memory);
void rpc_ss_destroy_support_ptrs(void);
void rpc_ss_mem_free(struct dce_memory *memory);

/* How often was a handle asked for before there could be one? */
extern int dce_asked_early;

/* Exceptions: frames on the stack of the thread, which the next raise jumps to */
struct dce_frame {
    jmp_buf place;
    struct dce_frame *outer;
};
struct dce_frame **dce_frames(void);
void dce_raise(int code) __attribute__((noreturn));

#ifdef __cplusplus
}
#endif

/* Sets `status` to 0, or to what the call raised. */
#define DCE_ATTEMPT(status, call)                                                                  \
    do {                                                                                           \
        struct dce_frame frame_ = {.outer = *dce_frames()};                                        \
        *dce_frames() = &frame_;                                                                   \
        (status) = setjmp(frame_.place);                                                           \
        if ((status) == 0) {                                                                       \
            call;                                                                                  \
        }                                                                                          \
        *dce_frames() = frame_.outer;                                                              \
    } while (0)

#endif
