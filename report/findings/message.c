/* SPDX-License-Identifier: MIT */
#include "message.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message_internal.h"
#include "report/base/base_name.h"
#include "report/base/memory.h"
#include "report/symbols/fingerprint.h"

static const struct words words_of[SCA_KIND_COUNT] = {
    [SCA_KIND_NONE] = {"resource", "acquired by", "released", "released", "its own function"},
    [SCA_KIND_CONTEXT] = {"SCARDCONTEXT", "established by", "released", "released",
                          "SCardReleaseContext"},
    [SCA_KIND_CARD_HANDLE] = {"SCARDHANDLE", "opened by", "disconnected", "disconnected",
                              "SCardDisconnect"},
    [SCA_KIND_TRANSACTION] = {"transaction", "begun by", "ended", "ended", "SCardEndTransaction"},
    [SCA_KIND_AUTOALLOCATE] = {"AUTOALLOCATE block", "in", "freed", NULL, "SCardFreeMemory"},
    [SCA_KIND_RPC_ENVIRONMENT] = {"RPC environment", "enabled by", "disabled", "disabled",
                                  "RpcSmDisableAllocate"},
    [SCA_KIND_RPC_BLOCK] = {"RPC block", "in", "released", "released", "RpcSmFree"},
    [SCA_KIND_RPC_CLIENT_PAIR] = {"routines for client stubs", "put in force by", "put back",
                                  "put back", "RpcSmSwapClientAllocFree"},
    [SCA_KIND_WTS_BUFFER] = {"WTS buffer", "in", "freed", NULL, "WTSFreeMemory"},
    [SCA_KIND_WTS_SERVER] = {"WTS server handle", "opened by", "closed", "closed",
                             "WTSCloseServer"},
    [SCA_KIND_WTS_CHANNEL] = {"WTS channel", "opened by", "closed", "closed",
                              "WTSVirtualChannelClose"},
    [SCA_KIND_WTS_NOTIFICATION] = {"session notification", "registered by", "unregistered",
                                   "unregistered", "WTSUnRegisterSessionNotification"},
    [SCA_KIND_LSA_SECTION] = {"LSA section", "created by", "deleted", "deleted",
                              "DeleteSharedMemory"},
    [SCA_KIND_LSA_BLOCK] = {"LSA block", "in", "freed", "freed", "FreeSharedMemory"},
    [SCA_KIND_LSA_HEAP_BLOCK] = {"LSA heap block", "in", "freed", "freed", "FreeLsaHeap"},
};

static char *owner_name(const struct report_stack *stack)
{
    if (!stack->count)
        return xstrdup("an unknown function");
    return fingerprint_frame_name(&stack->frames[fingerprint_owner(stack->frames, stack->count)]);
}

/* Functions that hand out several blocks: what is in the one that this effect hands out. */
static const struct {
    const char *function;
    unsigned effect;
    const char *content;
} blocks[] = {
    {"SCardStatus", 1, "reader name"},  {"SCardStatus", 2, "ATR"},
    {"SCardStatusA", 1, "reader name"}, {"SCardStatusA", 2, "ATR"},
    {"SCardStatusW", 1, "reader name"}, {"SCardStatusW", 2, "ATR"},
};

static const char *content_of(const struct report_stack *stack)
{
    for (size_t i = 0; stack->function && i < sizeof blocks / sizeof *blocks; i++)
        if (stack->effect == blocks[i].effect && !strcmp(stack->function, blocks[i].function))
            return blocks[i].content;
    return NULL;
}

const char *message_called(const struct sentence *sentence, enum story story)
{
    const char *function = sentence->stacks[story].function;

    return function ? function : "a call";
}

void message_subject(const struct sentence *sentence, size_t count)
{
    if (count > 1)
        fprintf(sentence->out, "%zu ", count);
    fprintf(sentence->out, "%s%s", sentence->words->noun, count > 1 ? "s" : "");
    if (!sentence->stacks[STORY_ACQUIRED].present)
        return;
    if (sca_is_memory(sentence->facts->kind)) {
        const char *content = content_of(&sentence->stacks[STORY_ACQUIRED]);

        if (content)
            fprintf(sentence->out, " with the %s", content);
        fprintf(sentence->out, " from %s()", message_called(sentence, STORY_ACQUIRED));
    }
    fprintf(sentence->out, " %s ", sentence->words->acquired);
    if (sentence->facts->every & DETAIL_OF_PROVIDER)
        fprintf(sentence->out, "%s for ",
                base_name(sentence->stacks[STORY_ACQUIRED].frames[0].module));
    fputs(sentence->owners[STORY_ACQUIRED], sentence->out);
}

const char *message_right_function(const struct sentence *sentence)
{
    static const char *const frees[][2] = {
        {"RpcSs", "RpcSsFree"}, {"rpc_sm_", "rpc_sm_free"}, {"rpc_ss_", "rpc_ss_free"}};
    const char *acquired = message_called(sentence, STORY_ACQUIRED);
    const char *typed = wts_right_function(acquired);

    for (size_t i = 0; i < sizeof frees / sizeof *frees; i++)
        if (!strncmp(acquired, frees[i][0], strlen(frees[i][0])))
            return frees[i][1];
    return typed ? typed : sentence->words->by;
}

void message_times(const struct sentence *sentence)
{
    if (sentence->finding->count > 1)
        fprintf(sentence->out, ", %zu times", sentence->finding->count);
}

void message_siblings(const struct sentence *sentence)
{
    size_t released = sentence->finding->siblings_released;

    if (!released)
        return;
    fprintf(sentence->out, "; %zu other%s from the same place %s %s", released,
            released > 1 ? "s" : "", released > 1 ? "were" : "was", sentence->words->released);
    if (sentence->stacks[STORY_SIBLING_RELEASED].present)
        fprintf(sentence->out, ", at %s", sentence->owners[STORY_SIBLING_RELEASED]);
}

void message_never(const struct sentence *sentence, const char *were)
{
    if (sentence->facts->every & DETAIL_ENDED_ABOVE)
        fprintf(sentence->out, " %s not %s in %s: the library above did not pass that on", were,
                sentence->words->released, sentence->finding->provider);
    else if (sentence->facts->every & DETAIL_CALL_FAILED)
        fprintf(sentence->out, " %s not %s: the call that should have done it failed", were,
                sentence->words->released);
    else if (sentence->words->never)
        fprintf(sentence->out, " %s never %s", were, sentence->words->never);
    else
        fprintf(sentence->out, " %s never given to %s", were, message_right_function(sentence));
}

void message_how_many(const struct sentence *sentence)
{
    if (sentence->facts->every & DETAIL_GROWTH)
        fputs(": one more with every call, none given back", sentence->out);
    else if (sentence->finding->siblings_released)
        fprintf(sentence->out, ": %zu held at exit", sentence->finding->count);
}

static void leak(const struct sentence *sentence)
{
    size_t count = sentence->finding->count;
    unsigned detail = sentence->facts->detail;
    unsigned every = sentence->facts->every;

    message_subject(sentence, count);
    if (every & DETAIL_REISSUED) {
        fprintf(sentence->out,
                " %s freed by something other than %s: %s handed out again while still live",
                count > 1 ? "were" : "was", message_right_function(sentence),
                count > 1 ? "their addresses were" : "its address was");
        return;
    }
    message_never(sentence, count > 1 ? "were" : "was");
    if (!(every & (DETAIL_CALL_FAILED | DETAIL_ENDED_ABOVE)))
        message_how_many(sentence);
    message_siblings(sentence);
    if (detail & DETAIL_REISSUED)
        fputs("; some were freed by something else: their addresses were handed out again",
              sentence->out);
    if (detail & DETAIL_CONTEXT_RELEASED)
        fprintf(sentence->out,
                "; %s released before: Windows frees such blocks there, pcsc-lite and WinPR do not",
                !(every & DETAIL_CONTEXT_RELEASED) ? "the context of some was"
                : count > 1                        ? "their context was"
                                                   : "its context was");
    if (detail & DETAIL_SERVER_CLOSED)
        tell_server_closed(sentence);
    if (sentence->facts->heap_blind && sca_is_memory(sentence->facts->kind))
        fputs("; free() could not be watched, and would be wrong too", sentence->out);
}

static void held(const struct sentence *sentence)
{
    static const char *const when[] = {
        [ENDING_EXIT] = "when the process exited",
        [ENDING__EXIT] = "when the process exited",
        [ENDING_QUICK_EXIT] = "when the process exited",
        [ENDING_EXEC] = "when the process executed another program",
        [ENDING_SIGNALED] = "when a signal ended the process",
        [ENDING_RUNNING] = "when the trace was read, and the process runs on",
        [ENDING_UNKNOWN] = "when the recording ended",
    };
    size_t count = sentence->finding->count;

    message_subject(sentence, count);
    fprintf(sentence->out, " %s still held %s", count > 1 ? "were" : "was",
            when[sentence->facts->ending]);
    if (sentence->facts->every & DETAIL_GROWTH)
        fputs("; none from this place was ever released", sentence->out);
    message_siblings(sentence);
}

static void double_release(const struct sentence *sentence)
{
    const char *released = sentence->words->released;

    message_subject(sentence, 1);
    if (sentence->facts->detail & DETAIL_ENDED_WITH_PARENT)
        fprintf(sentence->out, " ended when %s released its context, and was %s afterwards by %s",
                sentence->owners[STORY_RELEASED], released, sentence->owners[STORY_MISUSED]);
    else
        fprintf(sentence->out, " was %s by %s and %s again by %s", released,
                sentence->owners[STORY_RELEASED], released, sentence->owners[STORY_MISUSED]);
    message_times(sentence);
    if (sentence->facts->every & DETAIL_AGAIN)
        fputs("; it had been opened twice, which gave the same handle, to be closed once",
              sentence->out);
}

void message_call_failed(const struct sentence *sentence)
{
    if (sentence->facts->every & DETAIL_CALL_FAILED)
        fputs(", which failed", sentence->out);
}

void message_calling(const struct sentence *sentence, enum story story)
{
    const char *function = message_called(sentence, story);

    fprintf(sentence->out, "%s, calling %s%s", sentence->owners[story], function,
            strchr(function, ' ') ? "" : "()");
}

static void use_after_release(const struct sentence *sentence)
{
    const char *user = sentence->owners[STORY_MISUSED];
    const char *call = message_called(sentence, STORY_MISUSED);

    if (sentence->facts->detail & DETAIL_NEVER_HANDED_OUT) {
        fprintf(sentence->out, "%s called %s() with %s as %s", user, call,
                sentence->facts->detail & DETAIL_ZERO ? "0" : "a value that was never handed out",
                sentence->words->noun);
        message_times(sentence);
        return;
    }
    message_subject(sentence, 1);
    fprintf(sentence->out, " was used by %s, calling %s()", user, call);
    message_times(sentence);
    if (sentence->facts->detail & DETAIL_ENDED_WITH_PARENT)
        fprintf(sentence->out, ", after %s had released its context",
                sentence->owners[STORY_RELEASED]);
    else if (sentence->facts->detail & DETAIL_SERVER_CLOSED)
        fprintf(sentence->out, ", after %s had closed its server: FreeRDP's channel leads there",
                sentence->owners[STORY_RELEASED]);
    else
        fprintf(sentence->out, ", after %s had %s it", sentence->owners[STORY_RELEASED],
                sentence->words->released);
}

static void fork_use(const struct sentence *sentence)
{
    const struct report_stack *acquired = &sentence->stacks[STORY_ACQUIRED];
    unsigned every = sentence->facts->every;
    bool failed = every & DETAIL_CALL_FAILED;

    message_subject(sentence, 1);
    if (!(every & DETAIL_RELEASE))
        fprintf(sentence->out, " was used by %s, calling %s(),", sentence->owners[STORY_MISUSED],
                message_called(sentence, STORY_MISUSED));
    else if (failed)
        fprintf(sentence->out, " was given to %s() by %s", message_called(sentence, STORY_MISUSED),
                sentence->owners[STORY_MISUSED]);
    else
        fprintf(sentence->out, " was %s by %s", sentence->words->released,
                sentence->owners[STORY_MISUSED]);
    fprintf(sentence->out, " in a process forked from process %u", acquired->ancestor);
    message_times(sentence);
    if (failed)
        fputs("; the call failed", sentence->out);
    if (every & DETAIL_HANDED_OVER)
        fprintf(sentence->out, "; process %u ended without using it again", acquired->ancestor);
    else if (every & DETAIL_RELEASE && !failed)
        fputs("; that ends the parent's session", sentence->out);
}

/* Which library is whose is the point here. */
static void mixed_provider(const struct sentence *sentence)
{
    message_subject(sentence, 1);
    fprintf(sentence->out, ", of %s, was given to %s() of %s by %s", sentence->finding->provider,
            message_called(sentence, STORY_MISUSED), sentence->stacks[STORY_MISUSED].provider,
            sentence->owners[STORY_MISUSED]);
    message_call_failed(sentence);
    message_times(sentence);
}

static void implicit_release(const struct sentence *sentence)
{
    size_t count = sentence->finding->count;

    if (sentence->facts->kind == SCA_KIND_RPC_BLOCK) {
        message_subject(sentence, count);
        fprintf(sentence->out, " %s not freed, but released when %s disabled %s environment",
                count > 1 ? "were" : "was", sentence->owners[STORY_RELEASED],
                count > 1 ? "their" : "its");
        return;
    }

    if (sentence->facts->kind == SCA_KIND_LSA_BLOCK) {
        tell_ended_with_section(sentence);
        return;
    }

    bool disconnected = !strcmp(message_called(sentence, STORY_RELEASED), "SCardDisconnect");

    message_subject(sentence, count);
    message_never(sentence, count > 1 ? "were" : "was");
    fprintf(sentence->out, "; %s ended when %s %s %s %s", count > 1 ? "they" : "it",
            sentence->owners[STORY_RELEASED], disconnected ? "disconnected" : "released",
            count > 1 ? "their" : "its", disconnected ? "card handle" : "context");
}

static void resource_limit(const struct sentence *sentence)
{
    bool contexts = sentence->facts->kind == SCA_KIND_CONTEXT;
    bool of_one = !contexts && sentence->stacks[STORY_ACQUIRED].present;

    fprintf(sentence->out, "%zu %ss%s were live at once", sentence->facts->live,
            sentence->words->noun, of_one ? " of one context" : "");
    if (sentence->stacks[STORY_ACQUIRED].present)
        fprintf(sentence->out, ", the 180th %s %s", sentence->words->acquired,
                sentence->owners[STORY_ACQUIRED]);
    message_times(sentence);
    fputs(contexts ? "; pcscd serves 200, for all programs together"
          : of_one ? "; pcscd serves 200 for each context and each reader"
                   : "; pcscd serves 200 for each reader, for all programs together",
          sentence->out);
    if (sentence->stacks[STORY_MISUSED].present)
        fprintf(sentence->out,
                ", and the next %s(), in %s, failed with 0x%08" PRIX32 ", which does not say so",
                message_called(sentence, STORY_MISUSED), sentence->owners[STORY_MISUSED],
                sentence->facts->result);
}

static void (*const tell[RULE_COUNT])(const struct sentence *sentence) = {
    [RULE_CONTEXT_LEAK] = leak,
    [RULE_HANDLE_LEAK] = leak,
    [RULE_TRANSACTION_LEAK] = leak,
    [RULE_AUTOALLOCATE_LEAK] = leak,
    [RULE_RPC_ENVIRONMENT_LEAK] = tell_environment_leak,
    [RULE_RPC_DEFERRED_LEAK] = tell_deferred_leak,
    [RULE_RPC_BLOCK_LEAK] = tell_block_leak,
    [RULE_WTS_HANDLE_LEAK] = leak,
    [RULE_WTS_BUFFER_LEAK] = leak,
    [RULE_WRONG_TYPE_CLASS] = tell_wrong_type_class,
    [RULE_PROVIDER_FAULT] = tell_provider_fault,
    [RULE_ALLOCATE_WITHOUT_ENABLE] = tell_allocate_without_enable,
    [RULE_FREE_WITHOUT_ENABLE] = tell_free_without_enable,
    [RULE_NESTED_ENABLE] = tell_nested_enable,
    [RULE_DISABLE_WHILE_ATTACHED] = tell_disable_while_attached,
    [RULE_HELPER_DISABLE] = tell_helper_disable,
    [RULE_UNBALANCED_DISABLE] = tell_unbalanced_disable,
    [RULE_STALE_THREAD_HANDLE] = tell_stale_thread_handle,
    [RULE_FREE_AFTER_DISABLE] = tell_free_after_disable,
    [RULE_RPC_DEFERRED_GROWTH] = tell_deferred_growth,
    [RULE_ALLOCATOR_NOT_RESTORED] = tell_allocator_not_restored,
    [RULE_LSA_SECTION_LEAK] = leak,
    [RULE_LSA_BLOCK_LEAK] = tell_lsa_block_leak,
    [RULE_WRONG_SECTION] = tell_wrong_section,
    [RULE_USE_AFTER_SHUTDOWN] = tell_use_after_shutdown,
    [RULE_INVALID_FREE] = tell_invalid_free,
    [RULE_MISMATCHED_FREE] = tell_mismatched_free,
    [RULE_DOUBLE_FREE] = tell_double_free,
    [RULE_WRITE_AFTER_FREE] = tell_write_after_free,
    [RULE_DOUBLE_RELEASE] = double_release,
    [RULE_CROSS_THREAD_FREE] = tell_cross_thread_free,
    [RULE_FORK_USE] = fork_use,
    [RULE_USE_AFTER_RELEASE] = use_after_release,
    [RULE_FREE_AFTER_RELEASE] = tell_free_after_release,
    [RULE_WRONG_CONTEXT] = tell_wrong_context,
    [RULE_MIXED_PROVIDER] = mixed_provider,
    [RULE_RESOURCE_LIMIT] = resource_limit,
    [RULE_IMPLICIT_RELEASE] = implicit_release,
    [RULE_HELD_AT_END] = held,
};

char *message_make(const struct message_facts *facts)
{
    struct sentence sentence = {.facts = facts,
                                .finding = facts->finding,
                                .stacks = facts->finding->places[0].stacks,
                                .words = &words_of[facts->kind]};
    char *text = NULL;
    size_t size;

    sentence.out = open_memstream(&text, &size);
    if (!sentence.out)
        return xstrdup(facts->finding->rule->title);
    for (size_t i = 0; i < STORY_COUNT; i++)
        sentence.owners[i] = owner_name(&sentence.stacks[i]);
    tell[facts->finding->rule->id](&sentence);
    for (size_t i = 0; i < STORY_COUNT; i++)
        free(sentence.owners[i]);
    if (fclose(sentence.out) != 0 || !text) {
        free(text);
        return xstrdup(facts->finding->rule->title);
    }
    return text;
}
