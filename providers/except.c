// SPDX-License-Identifier: MIT
/* Exceptions: a chain of frames on the stack of each thread, and longjmp. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <scardaudit/rpcexcept.h>
#include "export.h"

static _Thread_local struct scardaudit_rpc_frame *innermost;
static _Thread_local RPC_STATUS current_code;

PROVIDER_EXPORT void scardaudit_rpc_enter(struct scardaudit_rpc_frame *frame)
{
    frame->outer = innermost;
    frame->entered = 1;
    frame->raised = 0;
    frame->code_before = current_code;
    innermost = frame;
}

PROVIDER_EXPORT void scardaudit_rpc_leave(struct scardaudit_rpc_frame *frame)
{
    innermost = frame->outer;
    frame->entered = 0;
}

PROVIDER_EXPORT void scardaudit_rpc_end(struct scardaudit_rpc_frame *frame)
{
    if (frame->entered)
        scardaudit_rpc_leave(frame);
    current_code = frame->code_before;
}

static const char *name_of(RPC_STATUS code)
{
    switch (code) {
    case RPC_X_SS_CONTEXT_MISMATCH:
        return " (RPC_X_SS_CONTEXT_MISMATCH)";
    case RPC_S_OUT_OF_MEMORY:
        return " (RPC_S_OUT_OF_MEMORY)";
    case RPC_S_INVALID_ARG:
        return " (RPC_S_INVALID_ARG)";
    case RPC_X_NULL_REF_POINTER:
        return " (RPC_X_NULL_REF_POINTER)";
    default:
        return "";
    }
}

PROVIDER_EXPORT void scardaudit_rpc_raise(RPC_STATUS code)
{
    struct scardaudit_rpc_frame *frame = innermost;

    if (!frame) {
        dprintf(STDERR_FILENO,
                "libscardaudit-rpc: exception %d%s, and no RpcTryExcept around: abort\n", (int)code,
                name_of(code));
        abort();
    }
    scardaudit_rpc_leave(frame);
    frame->raised = 1;
    frame->code = code;
    current_code = code;
    longjmp(frame->jump, 1);
}

PROVIDER_EXPORT_WEAK void RpcRaiseException(RPC_STATUS code)
{
    scardaudit_rpc_raise(code);
}

PROVIDER_EXPORT RPC_STATUS RpcExceptionCode(void)
{
    return current_code;
}
