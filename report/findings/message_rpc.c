/* SPDX-License-Identifier: MIT */
/* What is said of RPC stub memory. */
#include <inttypes.h>
#include <stdio.h>

#include "message_internal.h"

void tell_environment_leak(const struct sentence *sentence)
{
    size_t count = sentence->finding->count;
    unsigned every = sentence->facts->every;

    message_subject(sentence, count);
    message_never(sentence, count > 1 ? "were" : "was");
    if (every & DETAIL_THREAD_ENDED)
        fputs(count > 1 ? ": their threads ended" : ": its thread ended", sentence->out);
    else
        message_how_many(sentence);
    message_siblings(sentence);
}

void tell_deferred_leak(const struct sentence *sentence)
{
    size_t count = sentence->finding->count;

    message_subject(sentence, count);
    fprintf(sentence->out,
            " %s only marked by %s(), and never released: %s environment was never "
            "disabled",
            count > 1 ? "were" : "was", message_called(sentence, STORY_RELEASED),
            count > 1 ? "their" : "its");
    message_siblings(sentence);
}

void tell_block_leak(const struct sentence *sentence)
{
    size_t count = sentence->finding->count;

    message_subject(sentence, count);
    if (sentence->facts->every & DETAIL_CALL_FAILED)
        message_never(sentence, count > 1 ? "were" : "was");
    else
        fprintf(sentence->out, " %s neither freed nor released: %s environment was never disabled",
                count > 1 ? "were" : "was", count > 1 ? "their" : "its");
    message_siblings(sentence);
}

/* "main() called RpcSmDisableAllocate()" */
static void misuser_called(const struct sentence *sentence)
{
    fprintf(sentence->out, "%s called %s()", sentence->owners[STORY_MISUSED],
            message_called(sentence, STORY_MISUSED));
}

static void the_call_failed(const struct sentence *sentence)
{
    if (sentence->facts->every & DETAIL_CALL_FAILED)
        fputs("; the call failed", sentence->out);
}

static void it_worked(const struct sentence *sentence)
{
    if (sentence->facts->every & DETAIL_WORKED)
        fputs("; it worked: the library may have entered one by itself", sentence->out);
}

void tell_allocate_without_enable(const struct sentence *sentence)
{
    misuser_called(sentence);
    fputs(" on a thread that was in no RPC environment", sentence->out);
    message_times(sentence);
    it_worked(sentence);
}

void tell_free_without_enable(const struct sentence *sentence)
{
    misuser_called(sentence);
    fputs(" on a thread that was in no RPC environment", sentence->out);
    if (sentence->stacks[STORY_ACQUIRED].present) {
        fputs(", for the ", sentence->out);
        message_subject(sentence, 1);
    }
    message_times(sentence);
    the_call_failed(sentence);
    it_worked(sentence);
}

void tell_nested_enable(const struct sentence *sentence)
{
    misuser_called(sentence);
    fputs(" while the ", sentence->out);
    message_subject(sentence, 1);
    fputs(" was active on the thread", sentence->out);
    message_times(sentence);
    fputs(sentence->facts->every & DETAIL_SAME_HANDLE
              ? "; it is the same environment again, and wants to be disabled as often"
          : sentence->facts->every & DETAIL_NOT_LOST
              ? "; the thread got another environment"
              : "; the thread got another environment, and nobody can disable the first one",
          sentence->out);
}

void tell_disable_while_attached(const struct sentence *sentence)
{
    size_t helpers = sentence->facts->live;

    message_subject(sentence, 1);
    fprintf(sentence->out, " was disabled by %s while %zu other thread%s still in it",
            sentence->owners[STORY_MISUSED], helpers, helpers > 1 ? "s were" : " was");
    message_times(sentence);
}

void tell_helper_disable(const struct sentence *sentence)
{
    misuser_called(sentence);
    fputs(" on a thread that had only adopted the ", sentence->out);
    message_subject(sentence, 1);
    message_times(sentence);
}

void tell_unbalanced_disable(const struct sentence *sentence)
{
    misuser_called(sentence);
    fputs(" on a thread that was in no RPC environment", sentence->out);
    message_times(sentence);
}

void tell_stale_thread_handle(const struct sentence *sentence)
{
    misuser_called(sentence);
    if (sentence->facts->detail & DETAIL_NEVER_HANDED_OUT) {
        fputs(" with a thread handle that was never handed out", sentence->out);
    } else {
        fputs(" with the thread handle of the ", sentence->out);
        message_subject(sentence, 1);
        fprintf(sentence->out, ", which %s had disabled", sentence->owners[STORY_RELEASED]);
    }
    message_times(sentence);
    the_call_failed(sentence);
}

void tell_free_after_disable(const struct sentence *sentence)
{
    message_subject(sentence, 1);
    fprintf(sentence->out, " was given to %s() by %s after %s had disabled its environment",
            message_called(sentence, STORY_MISUSED), sentence->owners[STORY_MISUSED],
            sentence->owners[STORY_RELEASED]);
    message_times(sentence);
    the_call_failed(sentence);
}

void tell_deferred_growth(const struct sentence *sentence)
{
    fprintf(sentence->out, "%zu RPC blocks", sentence->facts->live);
    if (sentence->finding->count == 1)
        fprintf(sentence->out, " of %" PRIu64 " bytes", sentence->finding->bytes);
    fputs(" were waiting in the ", sentence->out);
    message_subject(sentence, 1);
    fprintf(sentence->out, " to be released: %s(), called by %s, only marks them",
            message_called(sentence, STORY_MISUSED), sentence->owners[STORY_MISUSED]);
    message_times(sentence);
}

void tell_allocator_not_restored(const struct sentence *sentence)
{
    message_subject(sentence, 1);
    fputs(" were never put back", sentence->out);
    message_times(sentence);
}

static void print_handle(FILE *out, uint64_t handle)
{
    if (handle)
        fprintf(out, "0x%" PRIx64, handle);
    else
        fputs("none", out);
}

/* The contract is about environments: which threads were in which. */
void tell_cross_environment_free(const struct sentence *sentence)
{
    message_subject(sentence, 1);
    fprintf(sentence->out, ", on thread %" PRIu32 " (thread handle ",
            sentence->stacks[STORY_ACQUIRED].thread);
    print_handle(sentence->out, sentence->facts->handles[0]);
    fputs("), was freed by ", sentence->out);
    message_calling(sentence, STORY_MISUSED);
    fprintf(sentence->out, ", on thread %" PRIu32 " (thread handle ",
            sentence->stacks[STORY_MISUSED].thread);
    print_handle(sentence->out, sentence->facts->handles[1]);
    putc(')', sentence->out);
    message_times(sentence);
    the_call_failed(sentence);
}
