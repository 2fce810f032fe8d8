/* SPDX-License-Identifier: MIT */
#include "render_text_verbs.h"

#include <stdbool.h>
#include <string.h>

const char *verb_of_misuse(enum rule_id rule)
{
    switch (rule) {
    case RULE_DOUBLE_RELEASE:
        return "released again";
    case RULE_DOUBLE_FREE:
        return "freed again";
    case RULE_MISMATCHED_FREE:
        return "freed";
    case RULE_INVALID_FREE:
    case RULE_CROSS_THREAD_FREE:
    case RULE_FREE_AFTER_RELEASE:
    case RULE_FREE_AFTER_DISABLE:
    case RULE_FREE_WITHOUT_ENABLE:
    case RULE_WRONG_CONTEXT:
    case RULE_WRONG_TYPE_CLASS:
    case RULE_WRONG_SECTION:
        return "given to be freed";
    case RULE_ALLOCATE_WITHOUT_ENABLE:
        return "allocated";
    case RULE_NESTED_ENABLE:
        return "enabled again";
    case RULE_DISABLE_WHILE_ATTACHED:
    case RULE_HELPER_DISABLE:
    case RULE_UNBALANCED_DISABLE:
        return "disabled";
    case RULE_STALE_THREAD_HANDLE:
        return "adopted";
    case RULE_RPC_DEFERRED_GROWTH:
        return "marked";
    case RULE_USE_AFTER_RELEASE:
        return "used";
    case RULE_USE_AFTER_SHUTDOWN:
        return "called";
    case RULE_MIXED_PROVIDER:
        return "taken";
    case RULE_RESOURCE_LIMIT:
        return "refused";
    default:
        return "misused";
    }
}

/* Rules of memory alone, and the words that go with it. */
static bool is_of_memory(enum rule_id rule)
{
    return rule == RULE_INVALID_FREE || rule == RULE_MISMATCHED_FREE || rule == RULE_DOUBLE_FREE ||
           rule == RULE_WRITE_AFTER_FREE;
}

static bool is_of_kind(const struct finding *finding, const char *kind)
{
    return !strcmp(finding->kind, kind);
}

const char *verb_of_acquire(const struct finding *finding)
{
    if (is_of_kind(finding, "rpc-environment"))
        return "enabled";
    if (is_of_kind(finding, "rpc-client-pair"))
        return "put in force";
    if (is_of_kind(finding, "lsa-section"))
        return "created";
    if (finding->rule->id == RULE_PROVIDER_FAULT)
        return "returned";
    return is_of_memory(finding->rule->id) || is_of_kind(finding, "rpc-block") ||
                   is_of_kind(finding, "wts-buffer") || is_of_kind(finding, "lsa-block") ||
                   is_of_kind(finding, "lsa-heap-block")
               ? "allocated"
               : "acquired";
}

/* What is told of a card handle or a block may have been released with its context, and that of a
 * block of RPC stub memory marked, or released with its environment. */
const char *verb_of_release(const struct finding *finding, const struct report_stack *stack)
{
    if (stack->function && strstr(stack->function, "isable"))
        return is_of_kind(finding, "rpc-block") ? "environment disabled" : "disabled";
    if (finding->rule->id == RULE_USE_AFTER_SHUTDOWN)
        return "shut down";
    if (stack->function && !strcmp(stack->function, "DeleteSharedMemory"))
        return is_of_kind(finding, "lsa-block") ? "section deleted" : "deleted";
    if (finding->rule->id == RULE_RPC_DEFERRED_LEAK)
        return "marked";
    if (is_of_kind(finding, "wts-channel") && stack->function &&
        !strcmp(stack->function, "WTSCloseServer"))
        return "server closed";
    if (is_of_memory(finding->rule->id))
        return "freed";
    return strcmp(finding->kind, "context") != 0 && stack->function &&
                   !strcmp(stack->function, "SCardReleaseContext")
               ? "context released"
               : "released";
}
