/* SPDX-License-Identifier: MIT */
/* What is said of the host of security packages. */
#include <stdio.h>

#include "message_internal.h"

void tell_lsa_block_leak(const struct sentence *sentence)
{
    size_t count = sentence->finding->count;

    message_subject(sentence, count);
    message_never(sentence, count > 1 ? "were" : "was");
    if (sentence->facts->kind == SCA_KIND_LSA_BLOCK)
        fprintf(sentence->out, ", nor was %s section deleted", count > 1 ? "their" : "its");
    else
        message_how_many(sentence);
    message_siblings(sentence);
}

void tell_wrong_section(const struct sentence *sentence)
{
    message_subject(sentence, 1);
    fprintf(sentence->out, " was given to %s() by %s with a section other than its own",
            message_called(sentence, STORY_MISUSED), sentence->owners[STORY_MISUSED]);
    if (sentence->stacks[STORY_RELEASED].present)
        fprintf(sentence->out, ", which %s had deleted", sentence->owners[STORY_RELEASED]);
    message_times(sentence);
}

void tell_free_after_delete(const struct sentence *sentence)
{
    message_subject(sentence, 1);
    fprintf(sentence->out, " was given to %s() by %s after %s had deleted its section",
            message_called(sentence, STORY_MISUSED), sentence->owners[STORY_MISUSED],
            sentence->owners[STORY_RELEASED]);
    message_times(sentence);
}

void tell_ended_with_section(const struct sentence *sentence)
{
    size_t count = sentence->finding->count;

    message_subject(sentence, count);
    fprintf(sentence->out, " %s not freed, but went when %s deleted %s section",
            count > 1 ? "were" : "was", sentence->owners[STORY_RELEASED],
            count > 1 ? "their" : "its");
}

void tell_use_after_shutdown(const struct sentence *sentence)
{
    fprintf(sentence->out, "%s called %s() after %s had shut its security package down",
            sentence->owners[STORY_MISUSED], message_called(sentence, STORY_MISUSED),
            sentence->owners[STORY_RELEASED]);
    message_times(sentence);
}

const char *message_fix_of_lsa(enum rule_id rule, unsigned kind, unsigned detail)
{
    bool heap = kind == SCA_KIND_LSA_HEAP_BLOCK;

    switch (rule) {
    case RULE_INVALID_FREE:
        return heap ? "Give FreeLsaHeap only what the host handed out, as it is."
                    : "Give FreeSharedMemory only what AllocateSharedMemory handed out, as it is; "
                      "memory of the package's own goes to free().";
    case RULE_LSA_BLOCK_LEAK:
        return heap ? "Give it to FreeLsaHeap before the package is shut down."
                    : "Give it to FreeSharedMemory, and delete its section before the package is "
                      "shut down.";
    case RULE_MISMATCHED_FREE:
        return heap ? "Give the block to FreeLsaHeap."
                    : "Give the block to FreeSharedMemory, with the section it is in.";
    case RULE_CROSS_THREAD_FREE:
        return "Make sure that handing the block to the other thread is synchronised and meant.";
    case RULE_FREE_AFTER_RELEASE:
        return "Call FreeSharedMemory before DeleteSharedMemory.";
    case RULE_IMPLICIT_RELEASE:
        return "Give the blocks to FreeSharedMemory before their section is deleted.";
    case RULE_USE_AFTER_RELEASE:
        return detail & DETAIL_NEVER_HANDED_OUT
                   ? "Check the result of CreateSharedMemory, and keep it as it is."
                   : "Keep the section until its last user is done.";
    case RULE_DOUBLE_RELEASE:
        return "Let one place own the section, and set the variable to NULL once it is deleted.";
    default:
        return NULL;
    }
}
