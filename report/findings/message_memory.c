/* SPDX-License-Identifier: MIT */
/* What is said of memory that is given back wrongly, whichever family it is of. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "clusters.h"
#include "message_internal.h"

/* ", in a process forked from process 42": where the story began in that one. */
static void in_fork(const struct sentence *sentence)
{
    uint32_t ancestor = sentence->stacks[STORY_ACQUIRED].ancestor;

    if (ancestor)
        fprintf(sentence->out, ", in a process forked from process %u", ancestor);
}

void tell_double_free(const struct sentence *sentence)
{
    unsigned every = sentence->facts->every;

    message_subject(sentence, 1);
    fputs(" was freed", sentence->out);
    if (sentence->stacks[STORY_RELEASED].present) {
        fputs(" by ", sentence->out);
        message_calling(sentence, STORY_RELEASED);
    }
    fputs(", and again by ", sentence->out);
    message_calling(sentence, STORY_MISUSED);
    message_call_failed(sentence);
    in_fork(sentence);
    message_times(sentence);
    if (every & DETAIL_ABSORBED)
        fputs("; scardaudit did not let the second call free it", sentence->out);
    if (every & DETAIL_REUSED)
        fputs("; in between its memory may have become the program's own", sentence->out);
}

void tell_mismatched_free(const struct sentence *sentence)
{
    const char *function = message_called(sentence, STORY_MISUSED);

    if (sentence->facts->detail & DETAIL_NEVER_HANDED_OUT) {
        fprintf(sentence->out,
                "%s gave memory that is no RPC block to %s(), while the routines in force were "
                "those of its RPC environment",
                sentence->owners[STORY_MISUSED], function);
        if (sentence->facts->every & DETAIL_CALL_FAILED)
            fputs("; the call failed", sentence->out);
    } else {
        message_subject(sentence, 1);
        fprintf(sentence->out, " was given to %s%s instead of %s by %s", function,
                strchr(function, ' ') ? "" : "()", message_right_function(sentence),
                sentence->owners[STORY_MISUSED]);
        message_call_failed(sentence);
    }
    in_fork(sentence);
    message_times(sentence);
}

void tell_invalid_free(const struct sentence *sentence)
{
    fprintf(sentence->out, "%s called %s() with ", sentence->owners[STORY_MISUSED],
            message_called(sentence, STORY_MISUSED));
    if (!(sentence->facts->detail & DETAIL_INSIDE)) {
        fputs("an address that was never handed out", sentence->out);
    } else {
        if (sentence->facts->offset == OFFSETS_DIFFER)
            fputs("an address inside the ", sentence->out);
        else
            fprintf(sentence->out, "an address %" PRIu64 " byte%s into the ",
                    sentence->facts->offset, sentence->facts->offset == 1 ? "" : "s");
        message_subject(sentence, 1);
        if (sentence->stacks[STORY_RELEASED].present && sentence->finding->places_total == 1)
            fprintf(sentence->out, ", which %s had freed", sentence->owners[STORY_RELEASED]);
    }
    message_times(sentence);
    if (sentence->facts->every & DETAIL_CALL_FAILED)
        fputs("; the call failed", sentence->out);
}

void tell_write_after_free(const struct sentence *sentence)
{
    message_subject(sentence, 1);
    fputs(" was written to", sentence->out);
    if (sentence->facts->offset != OFFSETS_DIFFER)
        fprintf(sentence->out, ", at offset %" PRIu64 ",", sentence->facts->offset);
    fprintf(sentence->out, " after %s had freed it", sentence->owners[STORY_RELEASED]);
    in_fork(sentence);
    message_times(sentence);
}

void tell_cross_thread_free(const struct sentence *sentence)
{
    if (sentence->facts->kind == SCA_KIND_RPC_BLOCK) {
        tell_cross_environment_free(sentence);
        return;
    }
    message_subject(sentence, sentence->finding->count);
    fprintf(sentence->out, " %s freed on another thread, by %s",
            sentence->finding->count > 1 ? "were" : "was", sentence->owners[STORY_RELEASED]);
}

void tell_free_after_release(const struct sentence *sentence)
{
    if (sentence->facts->kind == SCA_KIND_LSA_BLOCK) {
        tell_free_after_delete(sentence);
        return;
    }
    message_subject(sentence, 1);
    fprintf(sentence->out,
            " was given to SCardFreeMemory by %s after %s had released its context: the call "
            "failed and the block is lost",
            sentence->owners[STORY_MISUSED], sentence->owners[STORY_RELEASED]);
    message_times(sentence);
    fputs("; Windows frees such blocks with their context, pcsc-lite and WinPR do not",
          sentence->out);
}

void tell_wrong_context(const struct sentence *sentence)
{
    message_subject(sentence, 1);
    fprintf(sentence->out, " was given to SCardFreeMemory by %s with a context other than its own",
            sentence->owners[STORY_MISUSED]);
    message_call_failed(sentence);
    message_times(sentence);
}
