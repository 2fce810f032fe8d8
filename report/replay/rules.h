/* SPDX-License-Identifier: MIT */
/*
 * The rules: one struct each, from which reports, help and the rule catalogue take their words.
 */
#ifndef REPORT_RULES_H
#define REPORT_RULES_H

enum severity { SEVERITY_NOTE, SEVERITY_WARNING, SEVERITY_ERROR };

/* In the order in which reports tell them: causes before what follows from them. */
enum rule_id {
    RULE_CONTEXT_LEAK,
    RULE_HANDLE_LEAK,
    RULE_TRANSACTION_LEAK,
    RULE_ALLOCATE_WITHOUT_ENABLE,
    RULE_NESTED_ENABLE,
    RULE_DISABLE_WHILE_ATTACHED,
    RULE_HELPER_DISABLE,
    RULE_UNBALANCED_DISABLE,
    RULE_STALE_THREAD_HANDLE,
    RULE_RPC_ENVIRONMENT_LEAK,
    RULE_USE_AFTER_SHUTDOWN,
    RULE_LSA_SECTION_LEAK,
    RULE_WRONG_CONTEXT,
    RULE_WRONG_TYPE_CLASS,
    RULE_WRONG_SECTION,
    RULE_MIXED_PROVIDER,
    RULE_INVALID_FREE,
    RULE_MISMATCHED_FREE,
    RULE_FREE_WITHOUT_ENABLE,
    RULE_CROSS_THREAD_FREE,
    RULE_AUTOALLOCATE_LEAK,
    RULE_RPC_DEFERRED_LEAK,
    RULE_RPC_BLOCK_LEAK,
    RULE_WTS_HANDLE_LEAK,
    RULE_WTS_BUFFER_LEAK,
    RULE_LSA_BLOCK_LEAK,
    RULE_DOUBLE_FREE,
    RULE_WRITE_AFTER_FREE,
    RULE_FREE_AFTER_DISABLE,
    RULE_DOUBLE_RELEASE,
    RULE_FORK_USE,
    RULE_USE_AFTER_RELEASE,
    RULE_FREE_AFTER_RELEASE,
    RULE_PROVIDER_FAULT,
    RULE_RESOURCE_LIMIT,
    RULE_RPC_DEFERRED_GROWTH,
    RULE_ALLOCATOR_NOT_RESTORED,
    RULE_IMPLICIT_RELEASE,
    RULE_HELD_AT_END,
    RULE_COUNT
};

struct rule {
    enum rule_id id;
    const char *name;        /* "context-leak" */
    enum severity severity;  /* when nothing softens it */
    const char *title;       /* a few words, capitalised, no full stop */
    const char *explanation; /* what it means and why it matters, plain sentences */
    const char *fix;         /* what to do about it */
};

extern const struct rule rules[RULE_COUNT]; /* indexed by id */

const char *severity_name(enum severity severity); /* "error", "warning", "note" */

#endif
