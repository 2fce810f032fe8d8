/* SPDX-License-Identifier: MIT */
/*
 * Status codes, and the exceptions that RpcSs* raise with them.
 *
 *     RpcTryExcept {                            RpcTryFinally {
 *         name = RpcSsAllocate(32);                 use(name);
 *     }                                         }
 *     RpcExcept(RpcExceptionCode() == 14) {     RpcFinally {
 *         ...                                       RpcSsFree(name);
 *     }                                         }
 *     RpcEndExcept                              RpcEndFinally
 *
 * They nest, and work across function calls. The expression is looked at when there is an
 * exception; 0 passes it on to the next one outside. An exception that is raised in the second
 * block, or in the expression, also goes there. Without any, the process says so and aborts.
 *
 * It is done with setjmp: a local variable that the first block changes and the second one reads
 * has to be volatile, and destructors of C++ objects in between do not run. To return or jump out
 * of a block is not allowed on Windows. Here RpcTryExcept bears it; RpcFinally does not see it.
 */
#ifndef SCARDAUDIT_RPCEXCEPT_H
#define SCARDAUDIT_RPCEXCEPT_H

#include <setjmp.h>
#include <stdint.h>

/* What Windows writes into its declarations */
#ifndef RPC_ENTRY
#define RPC_ENTRY
#endif
#ifndef __RPC_USER
#define __RPC_USER
#endif
#ifndef __RPC_FAR
#define __RPC_FAR
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* 32 bits, as on Windows; *status of any function is these 4 bytes */
typedef int32_t RPC_STATUS;

#define RPC_S_OK 0
#define RPC_X_SS_CONTEXT_MISMATCH 6
#define RPC_S_OUT_OF_MEMORY 14
#define RPC_S_INVALID_ARG 87
#define RPC_X_NULL_REF_POINTER 0x000006F4 /* spelt as in WinPR, which may be included too */

/* Weak: a program, or another library, may have its own. */
void RpcRaiseException(RPC_STATUS code) __attribute__((noreturn));
/* Of the exception that is being looked at or handled; 0 if there is none. */
RPC_STATUS RpcExceptionCode(void);

/* ---- for the macros below only */

struct scardaudit_rpc_frame {
    jmp_buf jump;
    struct scardaudit_rpc_frame *outer;
    volatile int entered, raised;
    volatile RPC_STATUS code, code_before;
};
void scardaudit_rpc_enter(struct scardaudit_rpc_frame *frame);
/* The guarded block has ended: further exceptions are not for this frame. */
void scardaudit_rpc_leave(struct scardaudit_rpc_frame *frame);
/* The frame goes out of scope, in whichever way. */
void scardaudit_rpc_end(struct scardaudit_rpc_frame *frame);
void scardaudit_rpc_raise(RPC_STATUS code) __attribute__((noreturn));

#ifdef __cplusplus
}
#endif

/*
 * _setjmp leaves the signal mask alone, and is declared also in strict C. Blocks in one another
 * have frames of one name, which is no news to anybody.
 */
#define SCARDAUDIT_RPC_TRY                                                                         \
    {                                                                                              \
        _Pragma("GCC diagnostic push") _Pragma(                                                    \
            "GCC diagnostic ignored \"-Wshadow\"") struct scardaudit_rpc_frame scardaudit_frame    \
            __attribute__((cleanup(scardaudit_rpc_end)));                                          \
        _Pragma("GCC diagnostic pop") scardaudit_rpc_enter(&scardaudit_frame);                     \
        if (_setjmp(scardaudit_frame.jump) == 0) {

#define RpcTryExcept SCARDAUDIT_RPC_TRY
#define RpcExcept(expression)                                                                      \
    scardaudit_rpc_leave(&scardaudit_frame);                                                       \
    }                                                                                              \
    else if (!(expression)) scardaudit_rpc_raise(scardaudit_frame.code);                           \
    else                                                                                           \
    {
#define RpcEndExcept                                                                               \
    }                                                                                              \
    }

#define RpcTryFinally SCARDAUDIT_RPC_TRY
#define RpcFinally                                                                                 \
    scardaudit_rpc_leave(&scardaudit_frame);                                                       \
    }                                                                                              \
    {
#define RpcEndFinally                                                                              \
    }                                                                                              \
    if (scardaudit_frame.raised)                                                                   \
        scardaudit_rpc_raise(scardaudit_frame.code);                                               \
    }
/* In the second block of RpcTryFinally: is an exception on its way? */
#define RpcAbnormalTermination() (scardaudit_frame.raised)

#endif
