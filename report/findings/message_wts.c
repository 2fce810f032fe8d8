/* SPDX-License-Identifier: MIT */
/* What is said of Remote Desktop Services. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "message_internal.h"

static void print_type_class(FILE *out, uint32_t type)
{
    static const char *const names[] = {"WTSTypeProcessInfoLevel0", "WTSTypeProcessInfoLevel1",
                                        "WTSTypeSessionInfoLevel1"};

    if (type < sizeof names / sizeof *names)
        fputs(names[type], out);
    else
        fprintf(out, "type class %" PRIu32, type);
}

void tell_wrong_type_class(const struct sentence *sentence)
{
    const struct message_facts *facts = sentence->facts;

    message_subject(sentence, 1);
    fprintf(sentence->out, " was given to %s()", message_called(sentence, STORY_MISUSED));
    if (facts->every & DETAIL_WRONG_LETTER)
        fprintf(sentence->out, " instead of %s", message_right_function(sentence));
    fprintf(sentence->out, " by %s", sentence->owners[STORY_MISUSED]);
    if (facts->every & DETAIL_WRONG_TYPE) {
        fputs(", as ", sentence->out);
        print_type_class(sentence->out, (uint32_t)facts->handles[1]);
        fputs(" instead of ", sentence->out);
        print_type_class(sentence->out, (uint32_t)facts->handles[0]);
    }
    if (facts->every & DETAIL_WRONG_COUNT)
        fprintf(sentence->out, ", with a count of %" PRIu64 " instead of %" PRIu64,
                facts->handles[1] >> 32, facts->handles[0] >> 32);
    message_call_failed(sentence);
    message_times(sentence);
}

/* What came with a failure: was it freed all the same? */
static void print_what_became(const struct sentence *sentence)
{
    size_t count = sentence->finding->count;

    if (sentence->facts->every & DETAIL_GIVEN_BACK)
        fprintf(sentence->out, "; %s freed", count > 1 ? "they were" : "it was");
    else
        fprintf(sentence->out, "; %s never freed, as no caller can know that it owns one then",
                sentence->facts->detail & DETAIL_GIVEN_BACK ? "some were"
                : count > 1                                 ? "they were"
                                                            : "it was");
}

void tell_provider_fault(const struct sentence *sentence)
{
    size_t count = sentence->finding->count;
    uint64_t bytes = sentence->finding->bytes;

    fprintf(sentence->out, "%s() of %s, called by %s, ", message_called(sentence, STORY_ACQUIRED),
            sentence->finding->provider, sentence->owners[STORY_ACQUIRED]);
    if (sentence->facts->detail & DETAIL_NEVER_HANDED_OUT) {
        fputs("succeeded, but handed out no buffer", sentence->out);
        message_times(sentence);
        fputs("; what the caller takes for one was never set", sentence->out);
        return;
    }
    fputs("failed, but handed out ", sentence->out);
    if (count > 1)
        fprintf(sentence->out, "%zu buffers", count);
    else
        fputs("a buffer", sentence->out);
    if (bytes)
        fprintf(sentence->out, " of %" PRIu64 " byte%s", bytes, bytes == 1 ? "" : "s");
    fputs(" all the same", sentence->out);
    print_what_became(sentence);
}

/* Their last letter says which. */
const char *wts_right_function(const char *acquired)
{
    size_t length = strlen(acquired);

    if (strncmp(acquired, "WTSEnumerate", strlen("WTSEnumerate")) != 0 || length < 3 ||
        strncmp(acquired + length - 3, "Ex", 2) != 0)
        return NULL;
    return acquired[length - 1] == 'A' ? "WTSFreeMemoryExA" : "WTSFreeMemoryExW";
}

void tell_server_closed(const struct sentence *sentence)
{
    size_t count = sentence->finding->count;

    fprintf(sentence->out, "; %s closed before, which did not close %s",
            !(sentence->facts->every & DETAIL_SERVER_CLOSED) ? "the server of some was"
            : count > 1                                      ? "their server was"
                                                             : "its server was",
            count > 1 ? "them" : "it");
}
