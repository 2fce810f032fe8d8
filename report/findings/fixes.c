/* SPDX-License-Identifier: MIT */
#include "fixes.h"

#include <stddef.h>

#include "message.h"
#include "report/replay/replay.h"

/* What rules that are not of RPC stub memory alone advise there; or NULL. */
static const char *fix_of_rpc(enum rule_id rule, unsigned detail)
{
    switch (rule) {
    case RULE_INVALID_FREE:
        return "Give RpcSmFree only what RpcSmAllocate or a stub handed out; memory of the "
               "program's own goes to free().";
    case RULE_MISMATCHED_FREE:
        if (detail & DETAIL_NEVER_HANDED_OUT)
            return "Free what a stub returned while the routines are in force that it allocated "
                   "with; memory of the program's own goes to free().";
        return "Give the block to RpcSmFree; where it is to be released at once, to a "
               "midl_user_free of the library that allocated it, if it has one.";
    case RULE_CROSS_THREAD_FREE:
        return "Let the thread that frees the block adopt its environment before: "
               "RpcSmSetThreadHandle, with what RpcSmGetThreadHandle tells on the thread that "
               "allocated it.";
    case RULE_MIXED_PROVIDER:
        return "Free a block with the library that allocated it.";
    case RULE_IMPLICIT_RELEASE:
        return "Give the block to RpcSmFree where it is not needed any more; or leave it to "
               "RpcSmDisableAllocate, which is allowed.";
    default:
        return NULL;
    }
}

/* The same of Remote Desktop Services. */
static const char *fix_of_wts(enum rule_id rule, unsigned kind, unsigned detail)
{
    switch (rule) {
    case RULE_INVALID_FREE:
        return detail & DETAIL_NEVER_HANDED_OUT
                   ? "Give WTSFreeMemory only what a call handed out; memory of the program's own "
                     "goes to free()."
                   : "Give the buffer as a whole to its deallocator: the text in it goes with it.";
    case RULE_MISMATCHED_FREE:
        return "Give a buffer of WTSEnumerateSessionsEx or WTSEnumerateProcessesEx to "
               "WTSFreeMemoryEx, any other one to WTSFreeMemory, and neither to anything else.";
    case RULE_CROSS_THREAD_FREE:
        return "That is allowed: make sure that handing the buffer over is synchronised and meant.";
    case RULE_MIXED_PROVIDER:
        return "Use one library for everything that a handle or buffer leads to: a program that is "
               "linked to several gets each function from the first that has it.";
    case RULE_USE_AFTER_RELEASE:
        if (detail & DETAIL_NEVER_HANDED_OUT)
            return "Check the result of the call that was to hand it out: it is NULL or "
                   "INVALID_HANDLE_VALUE when it fails.";
        if (detail & DETAIL_SERVER_CLOSED)
            return "Close the channels of a server before the server.";
        return "Keep the handle open until its last user is done.";
    case RULE_WTS_HANDLE_LEAK:
        if (kind == SCA_KIND_WTS_SERVER)
            return "Give the handle to WTSCloseServer on every path that leaves the code that "
                   "opened it.";
        if (kind == SCA_KIND_WTS_NOTIFICATION)
            return "Call WTSUnRegisterSessionNotification as often as it was registered, before "
                   "the window is destroyed.";
        return "Give the channel to WTSVirtualChannelClose, before its server is closed.";
    default:
        return NULL;
    }
}

/* What a family advises that differs from what the rule says; or NULL. */
static const char *fix_of_family(enum rule_id rule, unsigned kind, unsigned detail)
{
    switch (sca_kind_family(kind)) {
    case SCA_FAMILY_RPC:
        return fix_of_rpc(rule, detail);
    case SCA_FAMILY_WTS:
        return fix_of_wts(rule, kind, detail);
    case SCA_FAMILY_LSA:
        return message_fix_of_lsa(rule, kind, detail);
    default:
        return NULL;
    }
}

const char *fix_of(enum rule_id rule, unsigned kind, unsigned detail)
{
    if (detail & DETAIL_OF_PROVIDER)
        return "The library that called it is to give it back, not the program: tell its authors.";
    if (fix_of_family(rule, kind, detail))
        return fix_of_family(rule, kind, detail);
    if (rule == RULE_DOUBLE_RELEASE && detail & DETAIL_ENDED_WITH_PARENT)
        return "Disconnect card handles before releasing their context.";
    if (kind == SCA_KIND_TRANSACTION && detail & DETAIL_ENDED_ABOVE)
        return "Begin a transaction only when the one before, of any card handle of the context, "
               "was ended: WinPR remembers one for each context.";
    if (rule == RULE_IMPLICIT_RELEASE && kind == SCA_KIND_TRANSACTION)
        return "Call SCardEndTransaction before SCardDisconnect.";
    if (rule == RULE_FORK_USE && detail & DETAIL_HANDED_OVER)
        return "Establish the context in the process that uses it, after fork() or daemon().";
    if (rule == RULE_USE_AFTER_RELEASE && detail & DETAIL_NEVER_HANDED_OUT)
        return "Check the result of the call that was to hand it out, and set the variable to 0 "
               "before.";
    if (rule == RULE_INVALID_FREE && detail & DETAIL_NEVER_HANDED_OUT)
        return "Give SCardFreeMemory only what a call handed out; memory of the program's own "
               "goes to free().";
    return rules[rule].fix;
}
