/* SPDX-License-Identifier: MIT */
/*
 * The rules, from events to findings: each with its bug and its correct twin, and the races,
 * endings and blind spots that must keep them silent.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../report/fingerprint.h"
#include "../../report/objects.h"
#include "../../report/report.h"
#include "event_builder.h"
#include "made_symbols.h"
#include "tap.h"

#define OK 0
#define INTERNAL_ERROR 0x80100001U
#define INVALID_HANDLE 0x80100003U
#define NO_SERVICE 0x8010001DU
#define TIMEOUT 0x8010000AU
#define SHARING_VIOLATION 0x8010000BU
#define COMM_ERROR 0x80100013U
#define PENDING (~0ULL) /* as result: the call never came back */

/* ---- telling a story ------------------------------------------------------------------------ */

#define BLOCK_SIZE 30

static struct event_builder story;
static uint64_t now;
static uint32_t thread;

static void begin(void)
{
    events_begin(&story);
    now = 100;
    thread = 1;
}

static uint32_t in(const char *function)
{
    return events_stack(&story, function, "main", NULL);
}

static void call_at(enum sca_fn function, const char *where, uint64_t object, uint64_t companion,
                    uint64_t result, uint64_t enter, uint64_t leave)
{
    events_add(&story, (struct made_event){.function = function,
                                           .thread = thread,
                                           .stack = in(where),
                                           .object = object,
                                           .companion = companion,
                                           .at = {enter, result == PENDING ? 0 : leave},
                                           .result = result});
}

/* A use or release that takes from now to now + 5. */
static void call(enum sca_fn function, const char *where, uint64_t object, uint64_t result)
{
    call_at(function, where, object, 0, result, now, now + 5);
    now += 10;
}

static void acquire_at(enum sca_fn function, uint8_t effect, const char *where, uint64_t object,
                       uint64_t companion, uint64_t enter, uint64_t leave)
{
    events_add(&story, (struct made_event){
                           .function = function,
                           .effect = effect,
                           .thread = thread,
                           .stack = in(where),
                           .object = object,
                           .companion = companion,
                           .size = effect && function != SCA_FN_SCardConnect ? BLOCK_SIZE : 0,
                           .at = {enter, leave}});
}

static void establish(const char *where, uint64_t context)
{
    acquire_at(SCA_FN_SCardEstablishContext, 0, where, context, 0, now, now + 5);
    now += 10;
}

static void release(const char *where, uint64_t context)
{
    call(SCA_FN_SCardReleaseContext, where, context, OK);
}

static void connect(const char *where, uint64_t context, uint64_t card)
{
    call_at(SCA_FN_SCardConnect, where, context, 0, OK, now, now + 5);
    acquire_at(SCA_FN_SCardConnect, 1, where, card, context, now, now + 5);
    now += 10;
}

static void disconnect(const char *where, uint64_t card)
{
    call(SCA_FN_SCardDisconnect, where, card, OK);
}

static void list(const char *where, uint64_t context, uint64_t block)
{
    call_at(SCA_FN_SCardListReaders, where, context, 0, OK, now, now + 5);
    acquire_at(SCA_FN_SCardListReaders, 1, where, block, context, now, now + 5);
    now += 10;
}

static void attribute(const char *where, uint64_t card, uint64_t block, uint64_t result)
{
    call_at(SCA_FN_SCardGetAttrib, where, card, 0, result, now, now + 5);
    acquire_at(SCA_FN_SCardGetAttrib, 1, where, block, card, now, now + 5);
    now += 10;
}

static void free_memory(const char *where, uint64_t context, uint64_t block, uint64_t result)
{
    call_at(SCA_FN_SCardFreeMemory, where, block, context, result, now, now + 5);
    now += 10;
}

/* ---- the verdict ---------------------------------------------------------------------------- */

static struct symbols symbols;
static struct report *report;
static const struct known_end *known_end;

/* "rule severity count, ..." in the order of the report */
static void judge_traces(struct trace *const *traces, size_t count, const char *expected,
                         const char *name)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    report = report_build(traces, count, &symbols, known_end);
    for (size_t i = 0; i < report->findings_count; i++) {
        const struct finding *finding = &report->findings[i];

        fprintf(out, "%s%s %s %zu", i ? ", " : "", finding->rule->name,
                severity_name(finding->severity), finding->count);
    }
    fclose(out);
    same(text, expected, name);
    free(text);
}

static void judge(const char *expected, const char *name)
{
    judge_traces((struct trace *[]){&story.trace}, 1, expected, name);
}

static void done(void)
{
    report_free(report);
    report = NULL;
    known_end = NULL;
    events_end(&story);
}

static void verdict(const char *expected, const char *name)
{
    judge(expected, name);
    done();
}

static void message_is(size_t finding, const char *expected, const char *name)
{
    same(finding < report->findings_count ? report->findings[finding].message : "(none)", expected,
         name);
}

/* The innermost function of a stack of the first place, "-" if there is no such stack. */
static const char *function_of(size_t finding, enum story which)
{
    const struct report_stack *stack;

    if (finding >= report->findings_count)
        return "(none)";
    stack = &report->findings[finding].places[0].stacks[which];
    return stack->present && stack->count ? stack->frames[0].function : "-";
}

static void stacks_are(size_t finding, const char *acquired, const char *released,
                       const char *misused, const char *name)
{
    char *got =
        xasprintf("%s %s %s", function_of(finding, STORY_ACQUIRED),
                  function_of(finding, STORY_RELEASED), function_of(finding, STORY_MISUSED));
    char *expected = xasprintf("%s %s %s", acquired, released, misused);

    same(got, expected, name);
    free(got);
    free(expected);
}

static void caused_by(size_t finding, size_t cause, const char *name)
{
    if (finding >= report->findings_count || cause >= report->findings_count)
        ok(false, name);
    else
        same(report->findings[finding].cause, report->findings[cause].fingerprint, name);
}

/* ---- leaks ---------------------------------------------------------------------------------- */

static void test_clean(void)
{
    begin();
    establish("open_all", 7);
    connect("open_all", 7, 8);
    list("open_all", 7, 0x1000);
    attribute("open_all", 8, 0x2000, OK);
    free_memory("close_all", 7, 0x1000, OK);
    free_memory("close_all", 7, 0x2000, OK);
    free_memory("close_all", 7, 0, OK);
    call(SCA_FN_SCardIsValidContext, "close_all", 99, INVALID_HANDLE);
    disconnect("close_all", 8);
    release("close_all", 7);
    call(SCA_FN_SCardIsValidContext, "close_all", 7, INVALID_HANDLE);
    verdict("", "a program that gives everything back, and asks about dead contexts");

    begin();
    judge("", "a trace without events");
    ok(report->processes_count == 1 && report->resources_count == 0 && report_calls(report) == 0 &&
           report_complete(report),
       "has a process, no resources, no calls and is complete");
    done();
}

static void test_leaks(void)
{
    begin();
    establish("open_session", 7);
    connect("connect_card", 7, 8);
    list("list_readers", 7, 0x1000);
    judge("context-leak error 1, handle-leak error 1, autoallocate-leak error 1",
          "one leak of each kind, causes first");
    message_is(0, "SCARDCONTEXT established by open_session() was never released",
               "context-leak says who");
    message_is(1, "SCARDHANDLE opened by connect_card() was never disconnected",
               "handle-leak says who");
    message_is(2,
               "AUTOALLOCATE block from SCardListReaders() in list_readers() was never given to "
               "SCardFreeMemory",
               "autoallocate-leak says who and which call");
    same(report->findings[0].cause, "", "the context-leak has no cause");
    caused_by(1, 0, "the handle-leak names the context-leak");
    caused_by(2, 0, "the autoallocate-leak names the context-leak");
    ok(report->findings[2].bytes == BLOCK_SIZE, "bytes of the block");
    ok(report->errors == 3 && !report->warnings && !report->notes, "three errors");
    same(report->findings[1].kind, "card-handle", "kind");
    same(report->findings[1].family, "pcsc", "family");
    same(report->findings[1].provider, "libpcsclite.so.1", "provider");
    done();

    begin();
    establish("open_session", 7);
    connect("connect_card", 7, 8);
    attribute("read_attribute", 8, 0x1000, OK);
    disconnect("close_card", 8);
    judge("context-leak error 1, autoallocate-leak error 1", "a block of a card handle");
    caused_by(1, 0, "belongs to the context, and names its leak");
    done();

    begin();
    establish("open_session", 7);
    attribute("read_attribute", 8, 0x1000, INVALID_HANDLE);
    release("main", 7);
    verdict("autoallocate-leak error 1, use-after-release error 1",
            "a block handed out together with an error is the caller's");

    begin();
    establish("open_session", 7);
    list("list_readers", 7, 0x1000);
    release("close_session", 7);
    judge("autoallocate-leak error 1", "a block outlives its context");
    message_is(0,
               "AUTOALLOCATE block from SCardListReaders() in list_readers() was never given to "
               "SCardFreeMemory; its context was released before: Windows frees such blocks "
               "there, pcsc-lite and WinPR do not",
               "and the message says so");
    same(report->findings[0].cause, "", "without a cause");
    done();

    begin();
    establish("open_session", 7);
    list("list_readers", 7, 0x1000);
    release("close_session", 7);
    events_blind_spot(&story, SCA_BLIND_HEAP, 0);
    judge("autoallocate-leak error 1", "a blind heap does not soften the leak");
    ok(strstr(report->findings[0].message, "free() could not be watched, and would be wrong too") !=
           NULL,
       "but the message tells");
    same(report->processes[0].blind_spots[0].code, "heap-blind", "and so does the process");
    done();
}

static void test_siblings(void)
{
    uint32_t place;

    begin();
    establish("open_session", 7);
    place = in("connect_card");
    for (uint64_t i = 0; i < 4; i++) {
        events_add(&story, (struct made_event){.function = SCA_FN_SCardConnect,
                                               .effect = 1,
                                               .stack = place,
                                               .object = 20 + i,
                                               .companion = 7,
                                               .at = {now, now + 5}});
        now += 10;
        if (i < 2)
            disconnect("close_card", 20 + i);
    }
    disconnect("other_close", 22);
    release("main", 7);
    judge("implicit-release note 1", "one of four handles is left to its context");
    done();

    begin();
    establish("open_session", 7);
    place = in("list_readers");
    for (uint64_t i = 0; i < 5; i++) {
        events_add(&story, (struct made_event){.function = SCA_FN_SCardListReaders,
                                               .effect = 1,
                                               .stack = place,
                                               .object = 0x1000 + i * 8,
                                               .companion = 7,
                                               .size = BLOCK_SIZE,
                                               .at = {now, now + 5}});
        now += 10;
        if (i < 2)
            free_memory("free_readers", 7, 0x1000 + i * 8, OK);
    }
    release("main", 7);
    judge("autoallocate-leak error 3", "three of five blocks of one place are lost");
    ok(report->findings[0].siblings_acquired == 5 && report->findings[0].siblings_released == 2,
       "siblings are counted");
    same(function_of(0, STORY_SIBLING_RELEASED), "free_readers", "and where they were released");
    ok(strstr(report->findings[0].message,
              "3 AUTOALLOCATE blocks from SCardListReaders() in "
              "list_readers() were never given to SCardFreeMemory: 3 held at exit; 2 "
              "others from the same place were freed, at free_readers()") ==
           report->findings[0].message,
       "and told");
    ok(report->findings[0].bytes == 3 * BLOCK_SIZE, "bytes add up");
    ok(report->resources_count == 2 && report->resources[1].acquired == 5 &&
           report->resources[1].released == 2 && report->resources[1].live == 3 &&
           report->resources[1].peak == 3,
       "resources: acquired, released, live, peak");
    done();
}

/* ---- how the process ended ------------------------------------------------------------------ */

static void hold_one(void)
{
    begin();
    establish("open_session", 7);
    connect("connect_card", 7, 8);
    story.trace.end = SCA_END_NONE;
}

static void test_endings(void)
{
    struct known_end killed = {42, true, 9};
    struct known_end another = {43, true, 9};
    struct known_end finished = {42, false, 3};

    hold_one();
    story.trace.end = SCA_END__EXIT;
    judge("context-leak warning 1, handle-leak warning 1", "_exit: warnings");
    same(report->processes[0].exit, "_exit", "_exit is named");
    done();

    hold_one();
    story.trace.end = SCA_END_QUICK_EXIT;
    judge("context-leak warning 1, handle-leak warning 1", "quick_exit: warnings");
    same(report->processes[0].exit, "quick_exit", "quick_exit is named");
    done();

    hold_one();
    story.trace.exec = true;
    judge("held-at-end note 1, held-at-end note 1", "exec: held at the end, notes");
    same(report->processes[0].exit, "exec", "exec is named");
    ok(strstr(report->findings[0].message, "held when the process executed another program") !=
           NULL,
       "the message says exec");
    done();

    hold_one();
    story.trace.running = true;
    judge("held-at-end note 1, held-at-end note 1", "running: held, notes");
    same(report->processes[0].exit, "running", "running is named");
    done();

    hold_one();
    judge("held-at-end note 1, held-at-end note 1", "no end mark: held, notes");
    same(report->processes[0].exit, "unknown", "and how it ended is unknown");
    ok(!report->processes[0].status_known, "and so is the status");
    done();

    hold_one();
    known_end = &killed;
    judge("held-at-end note 1, held-at-end note 1", "killed by a signal: held, notes");
    same(report->processes[0].exit, "signaled", "signaled is named");
    ok(report->processes[0].status_known && report->processes[0].status == 9, "with the signal");
    done();

    hold_one();
    known_end = &another;
    judge("held-at-end note 1, held-at-end note 1", "another process was killed");
    same(report->processes[0].exit, "unknown", "that says nothing about this one");
    done();

    hold_one();
    known_end = &finished;
    judge("held-at-end note 1, held-at-end note 1", "an exit that left no mark");
    same(report->processes[0].exit, "unknown", "is no exit() that reached our handler");
    ok(report->processes[0].status_known && report->processes[0].status == 3,
       "though the status is known");
    done();

    hold_one();
    story.trace.exec = true;
    known_end = &killed;
    judge("held-at-end note 1, held-at-end note 1", "killed after exec");
    same(report->processes[0].exit, "exec", "the old program's trace ended in the exec");
    ok(!report->processes[0].status_known, "and the status is the new program's");
    done();
}

static void hold_many(uint64_t count, uint64_t given_back)
{
    uint32_t place;

    begin();
    story.trace.end = SCA_END_NONE;
    place = in("open_session");
    for (uint64_t i = 0; i < count; i++) {
        events_add(&story, (struct made_event){.function = SCA_FN_SCardEstablishContext,
                                               .stack = place,
                                               .object = 20 + i,
                                               .at = {now, now + 5}});
        now += 10;
        if (i < given_back)
            release("close_session", 20 + i);
    }
}

static void test_growth(void)
{
    hold_many(3, 0);
    judge("held-at-end warning 3", "three held from one place and none released: growth");
    message_is(0,
               "3 SCARDCONTEXTs established by open_session() were still held when the recording "
               "ended; none from this place was ever released",
               "and the message says so");
    done();

    hold_many(2, 0);
    verdict("held-at-end note 2", "two are no growth");

    hold_many(4, 1);
    verdict("held-at-end note 3", "one released sibling: no growth");

    hold_many(3, 0);
    story.trace.end = SCA_END_EXIT;
    judge("context-leak error 3", "a leak that grows");
    message_is(0,
               "3 SCARDCONTEXTs established by open_session() were never released: one more with "
               "every call, none given back",
               "reads so");
    done();

    hold_many(2, 0);
    story.trace.end = SCA_END_EXIT;
    judge("context-leak error 2", "two that are left");
    message_is(0, "2 SCARDCONTEXTs established by open_session() were never released",
               "are no growth");
    done();

    hold_many(6, 5);
    story.trace.end = SCA_END_EXIT;
    judge("context-leak error 1", "one that was forgotten");
    message_is(0,
               "SCARDCONTEXT established by open_session() was never released: 1 held at exit; 5 "
               "others from the same place were released, at close_session()",
               "reads otherwise");
    done();

    hold_many(3, 0);
    for (uint64_t context = 20; context < 23; context++)
        call(SCA_FN_SCardReleaseContext, "close_session", context, INTERNAL_ERROR);
    story.trace.end = SCA_END_EXIT;
    judge("context-leak error 3", "three that could not be released");
    message_is(0,
               "3 SCARDCONTEXTs established by open_session() were not released: the call that "
               "should have done it failed",
               "are no growth either");
    done();
}

/* ---- misuse of contexts and handles --------------------------------------------------------- */

static void test_double_release(void)
{
    begin();
    establish("open_session", 7);
    release("close_session", 7);
    call(SCA_FN_SCardReleaseContext, "close_again", 7, INVALID_HANDLE);
    judge("double-release error 1", "a context released twice");
    stacks_are(0, "open_session", "close_session", "close_again", "with three stacks");
    message_is(0,
               "SCARDCONTEXT established by open_session() was released by close_session() and "
               "released again by close_again()",
               "and a sentence");
    same(report->findings[0].fix, report->findings[0].rule->fix, "and the rule's advice");
    done();

    begin();
    establish("open_session", 7);
    connect("connect_card", 7, 8);
    disconnect("close_card", 8);
    call(SCA_FN_SCardDisconnect, "close_again", 8, INVALID_HANDLE);
    call(SCA_FN_SCardDisconnect, "close_again", 8, INVALID_HANDLE);
    release("close_session", 7);
    judge("double-release error 2", "a handle disconnected three times: one finding, twice");
    message_is(0,
               "SCARDHANDLE opened by connect_card() was disconnected by close_card() and "
               "disconnected again by close_again(), 2 times",
               "and a sentence");
    done();

    begin();
    establish("open_session", 7);
    connect("connect_card", 7, 8);
    release("close_session", 7);
    call(SCA_FN_SCardDisconnect, "close_card", 8, INVALID_HANDLE);
    judge("double-release error 1",
          "disconnect after the context's release: one finding, no implicit-release");
    stacks_are(0, "connect_card", "close_session", "close_card", "released by the context's");
    same(report->findings[0].fix, "Disconnect card handles before releasing their context.",
         "and with advice of its own");
    done();

    begin();
    establish("open_session", 7);
    release("close_session", 7);
    establish("open_session", 7);
    release("close_session", 7);
    verdict("", "a value that is handed out again may be released again");

    begin();
    establish("open_session", 7);
    release("close_session", 7);
    call(SCA_FN_SCardReleaseContext, "close_again", 7, PENDING);
    verdict("double-release error 1", "also when the second release never came back");

    begin();
    establish("open_session", 7);
    call_at(SCA_FN_SCardReleaseContext, "one", 7, 0, OK, 200, 230);
    call_at(SCA_FN_SCardReleaseContext, "two", 7, 0, INVALID_HANDLE, 210, 220);
    call_at(SCA_FN_SCardReleaseContext, "three", 7, 0, INVALID_HANDLE, 230, 240);
    verdict("", "overlapping releases of which one succeeds");

    begin();
    establish("open_session", 7);
    call_at(SCA_FN_SCardReleaseContext, "one", 7, 0, INVALID_HANDLE, 200, 230);
    call_at(SCA_FN_SCardReleaseContext, "two", 7, 0, OK, 210, 220);
    verdict("", "overlapping releases, the earlier one fails");

    begin();
    establish("open_session", 7);
    call(SCA_FN_SCardReleaseContext, "close_session", 7, NO_SERVICE);
    call(SCA_FN_SCardReleaseContext, "close_again", 7, INVALID_HANDLE);
    verdict("double-release error 1", "a context is gone although pcscd was dead");
}

static void test_use_after_release(void)
{
    begin();
    establish("open_session", 7);
    release("close_session", 7);
    call(SCA_FN_SCardListReaders, "list_readers", 7, INVALID_HANDLE);
    judge("use-after-release error 1", "a released context is used");
    stacks_are(0, "open_session", "close_session", "list_readers", "with three stacks");
    message_is(0,
               "SCARDCONTEXT established by open_session() was used by list_readers(), calling "
               "SCardListReaders(), after close_session() had released it",
               "and a sentence");
    done();

    begin();
    establish("open_session", 7);
    connect("connect_card", 7, 8);
    disconnect("close_card", 8);
    call(SCA_FN_SCardTransmit, "send", 8, INVALID_HANDLE);
    release("close_session", 7);
    verdict("use-after-release error 1", "a disconnected handle is used");

    begin();
    establish("open_session", 7);
    connect("connect_card", 7, 8);
    release("close_session", 7);
    call(SCA_FN_SCardTransmit, "send", 8, INVALID_HANDLE);
    judge("use-after-release error 1", "a handle is used that ended with its context");
    ok(strstr(report->findings[0].message, "after close_session() had released its context") !=
           NULL,
       "and the message says so");
    done();

    begin();
    establish("open_session", 7);
    connect("connect_card", 7, 8);
    call_at(SCA_FN_SCardTransmit, "send", 8, 0, OK, 195, 240);
    call_at(SCA_FN_SCardDisconnect, "close_card", 8, 0, OK, 200, 230);
    call_at(SCA_FN_SCardTransmit, "send", 8, 0, INVALID_HANDLE, 210, 220);
    call_at(SCA_FN_SCardTransmit, "send", 8, 0, INVALID_HANDLE, 230, 240);
    call_at(SCA_FN_SCardReleaseContext, "close_session", 7, 0, OK, 300, 310);
    verdict("", "uses that overlap the release, before and after its begin");

    begin();
    establish("open_session", 7);
    call_at(SCA_FN_SCardReleaseContext, "close_session", 7, 0, PENDING, 200, 0);
    call_at(SCA_FN_SCardConnect, "connect_card", 7, 0, INVALID_HANDLE, 300, 310);
    verdict("", "a use while a release never comes back");
}

static void test_never_handed_out(void)
{
    begin();
    call(SCA_FN_SCardListReaders, "list_readers", 0, INVALID_HANDLE);
    call(SCA_FN_SCardListReaders, "list_readers", 0, INVALID_HANDLE);
    judge("use-after-release error 2", "a context that was never established");
    stacks_are(0, "-", "-", "list_readers", "with one stack");
    message_is(0, "list_readers() called SCardListReaders() with 0 as SCARDCONTEXT, 2 times",
               "and a sentence");
    done();

    begin();
    call(SCA_FN_SCardListReaders, "list_readers", 5, INVALID_HANDLE);
    call(SCA_FN_SCardListReaders, "list_readers", 0, INVALID_HANDLE);
    judge("use-after-release error 1, use-after-release error 1", "0 is another story than 5");
    same(report->findings[0].fingerprint, report->findings[1].fingerprint, "of the same owner");
    ok(strstr(report->findings[0].message, "never handed out as SCARDCONTEXT") ||
           strstr(report->findings[1].message, "never handed out as SCARDCONTEXT"),
       "which is told of 5");
    done();

    begin();
    call(SCA_FN_SCardDisconnect, "clean_up", 0, INVALID_HANDLE);
    call(SCA_FN_SCardReleaseContext, "clean_up", 0, INVALID_HANDLE);
    judge("use-after-release note 1, use-after-release note 1",
          "releasing 0 after a failed acquisition is harmless");
    message_is(0, "clean_up() called SCardReleaseContext() with 0 as SCARDCONTEXT",
               "and called what it is");
    done();

    begin();
    establish("open_session", 7);
    release("close_session", 7);
    call(SCA_FN_SCardListReaders, "list_readers", 7, INVALID_HANDLE);
    call(SCA_FN_SCardListReaders, "list_readers", 5, OK);
    release("close_session", 5);
    call(SCA_FN_SCardListReaders, "list_readers", 5, INVALID_HANDLE);
    call(SCA_FN_SCardListReaders, "list_readers", 6, INVALID_HANDLE);
    verdict("use-after-release error 1, use-after-release error 1, use-after-release error 1",
            "released, released but acquired unseen, never handed out: three stories");

    begin();
    call(SCA_FN_SCardDisconnect, "close_card", 5, INVALID_HANDLE);
    verdict("use-after-release error 1", "a handle that was never opened is disconnected");

    begin();
    call(SCA_FN_SCardTransmit, "send", 0, PENDING);
    verdict("use-after-release error 1", "0 is never a handle, even if the call never came back");

    begin();
    call(SCA_FN_SCardGetStatusChange, "wait", 5, TIMEOUT);
    verdict("use-after-release note 1", "another failure does not prove that the value is invalid");

    begin();
    call(SCA_FN_SCardListReaders, "list_readers", 5, OK);
    call(SCA_FN_SCardListReaders, "list_readers", 5, INVALID_HANDLE);
    release("close_session", 5);
    verdict("", "a value that works was handed out unseen");

    begin();
    call(SCA_FN_SCardListReaders, "list_readers", 5, OK);
    release("close_session", 5);
    call(SCA_FN_SCardListReaders, "list_again", 5, INVALID_HANDLE);
    judge("use-after-release error 1", "and may be used after its release like any other");
    stacks_are(0, "-", "close_session", "list_again", "without the acquiring stack");
    done();

    begin();
    call(SCA_FN_SCardTransmit, "send", 5, INVALID_HANDLE);
    events_blind_spot(&story, SCA_BLIND_FOREIGN_ABI, 2);
    judge("use-after-release note 1", "a note where the provider has a blind spot");
    same(report->processes[0].blind_spots[0].code, "foreign-abi", "which the process names");
    done();

    begin();
    call(SCA_FN_SCardTransmit, "send", 5, INVALID_HANDLE);
    events_unaudited(&story, 2, "SCardA SCardB", 0);
    judge("use-after-release note 1", "also where it exports functions that are not known");
    same(report->processes[0].blind_spots[0].code, "unknown-export", "which the process names");
    same(report->processes[0].blind_spots[0].message,
         "/usr/lib/libpcsclite.so.1 exports SCardA and SCardB, which scardaudit does not know: "
         "calls to them are not audited",
         "with the functions");
    done();

    begin();
    events_unaudited(&story, 2, "SCardA SCardB SCardC SCardD SCardE SCardF", 5);
    events_unaudited(&story, 2, "SCardA", 0);
    events_unaudited(&story, 0, "", 2);
    judge("", "more of them");
    same(report->processes[0].blind_spots[0].message,
         "/usr/lib/libpcsclite.so.1 exports SCardA, SCardB, SCardC, SCardD and 7 more, which "
         "scardaudit does not know: calls to them are not audited",
         "are counted");
    same(report->processes[0].blind_spots[1].message,
         "/usr/lib/libpcsclite.so.1 exports SCardA, which scardaudit does not know: calls to it "
         "are not audited",
         "a single one");
    same(report->processes[0].blind_spots[2].message,
         "a provider exports 2 functions, which scardaudit does not know: calls to them are not "
         "audited",
         "and one without names");
    done();

    begin();
    call(SCA_FN_SCardTransmit, "send", 5, INVALID_HANDLE);
    events_unaudited(&story, 3, "SCardA", 0);
    events_blind_spot(&story, SCA_BLIND_FOREIGN_ABI, 3);
    events_blind_spot(&story, SCA_BLIND_HEAP, 2);
    verdict("use-after-release error 1", "another provider's blind spot, or the heap's, is none");

    begin();
    call(SCA_FN_SCardTransmit, "send", 5, INVALID_HANDLE);
    events_blind_spot(&story, SCA_BLIND_DEEPBIND, 3);
    events_blind_spot(&story, SCA_BLIND_HIDDEN, 3);
    judge("use-after-release note 1", "a note where an object called some provider unseen");
    same(report->processes[0].blind_spots[0].code, "deepbind", "which the process names");
    same(report->processes[0].blind_spots[1].code, "deepbind", "also where nothing helps");
    done();

    begin();
    establish("open_session", 7);
    events_add(&story, (struct made_event){.function = SCA_FN_SCardListReaders,
                                           .provider = 2,
                                           .stack = in("list_readers"),
                                           .object = 7,
                                           .at = {now, now + 5},
                                           .result = INVALID_HANDLE});
    now += 10;
    release("close_session", 7);
    verdict("mixed-provider error 1", "a context is one provider's only");

    begin();
    call(SCA_FN_SCardListReaders, "list_readers", 5, INVALID_HANDLE);
    call(SCA_FN_SCardDisconnect, "close_card", 6, COMM_ERROR);
    story.trace.flags = SCA_FLAG_FORKED;
    verdict("", "in a forked child unknown values are the parent's");

    begin();
    call_at(SCA_FN_SCardReleaseContext, "close_session", 7, 0, OK, 105, 120);
    acquire_at(SCA_FN_SCardEstablishContext, 0, "open_session", 7, 0, 100, 110);
    verdict("", "another thread releases a value before its acquisition returned");
}

static void test_lost_from_sight(void)
{
    begin();
    establish("open_session", 7);
    connect("connect_card", 7, 8);
    call(SCA_FN_SCardDisconnect, "close_card", 8, INVALID_HANDLE);
    release("close_session", 7);
    verdict("", "the provider has forgotten a live handle: nothing is left to release");

    begin();
    establish("open_session", 7);
    connect("connect_card", 7, 8);
    call(SCA_FN_SCardReleaseContext, "close_session", 7, PENDING);
    establish("open_again", 7);
    call(SCA_FN_SCardTransmit, "send", 8, INVALID_HANDLE);
    release("close_session", 7);
    verdict("implicit-release note 1",
            "a context comes back: its release took effect, but nothing comes after it");

    begin();
    acquire_at(SCA_FN_SCardEstablishContext, 0, "open_session", 0, 0, 100, 110);
    judge("", "a call that handed out nothing");
    ok(report->resources_count == 0 && report_calls(report) == 1, "counts as a call only");
    done();

    begin();
    call(SCA_FN_SCardEstablishContext, "open_session", 0, NO_SERVICE);
    judge("", "pcscd does not run");
    ok(report->processes[0].all_failed, "all calls failed");
    done();

    begin();
    call(SCA_FN_SCardEstablishContext, "open_session", 0, NO_SERVICE);
    call(SCA_FN_SCardIsValidContext, "open_session", 0, OK);
    judge("", "one call succeeds");
    ok(!report->processes[0].all_failed, "not all calls failed");
    done();

    begin();
    establish("open_session", 7);
    release("close_session", 7);
    acquire_at(SCA_FN_SCardConnect, 1, "connect_card", 8, 7, now, now + 5);
    now += 10;
    attribute("read_attribute", 8, 0x1000, OK);
    free_memory("free_attribute", 7, 0x1000, INVALID_HANDLE);
    disconnect("close_card", 8);
    verdict("autoallocate-leak error 1",
            "a connect with a context released before: it is another one, not seen");
}

static void test_implicit_release(void)
{
    begin();
    establish("open_session", 7);
    connect("connect_card", 7, 8);
    connect("connect_card", 7, 9);
    release("close_session", 7);
    judge("implicit-release note 2", "handles end with their context");
    stacks_are(0, "connect_card", "close_session", "-", "with two stacks");
    message_is(0,
               "2 SCARDHANDLEs opened by connect_card() were never disconnected; they ended when "
               "close_session() released their context",
               "and a sentence");
    ok(report->resources[1].released == 2 && report->resources[1].live == 0,
       "they count as released");
    done();

    begin();
    establish("open_session", 7);
    connect("connect_card", 7, 8);
    call(SCA_FN_SCardDisconnect, "close_card", 8, NO_SERVICE);
    call(SCA_FN_SCardReleaseContext, "close_session", 7, NO_SERVICE);
    verdict("", "pcscd died: disconnect failed, the context's release reclaims the handle");

    begin();
    establish("open_session", 7);
    connect("connect_card", 7, 8);
    call(SCA_FN_SCardDisconnect, "close_card", 8, NO_SERVICE);
    verdict("context-leak error 1", "pcscd died and the context leaks: the handle is not blamed");

    begin();
    establish("open_session", 7);
    connect("connect_card", 7, 8);
    call(SCA_FN_SCardDisconnect, "close_card", 8, SHARING_VIOLATION);
    release("close_session", 7);
    judge("implicit-release note 1", "another failure of disconnect leaves the handle live");
    message_is(0,
               "SCARDHANDLE opened by connect_card() was not disconnected: the call that should "
               "have done it failed; it ended when close_session() released its context",
               "and the message says that it was tried");
    done();

    begin();
    establish("open_session", 7);
    connect("connect_card", 7, 8);
    call_at(SCA_FN_SCardDisconnect, "close_card", 8, 0, COMM_ERROR, 200, 220);
    call_at(SCA_FN_SCardReleaseContext, "close_session", 7, 0, OK, 210, 230);
    verdict("", "a disconnect that the context's release overtook");

    begin();
    establish("open_session", 7);
    connect("connect_card", 7, 8);
    call_at(SCA_FN_SCardReleaseContext, "close_session", 7, 0, OK, 210, 230);
    call_at(SCA_FN_SCardDisconnect, "close_card", 8, 0, INVALID_HANDLE, 220, 225);
    verdict("", "a disconnect that began while the context was being released");

    begin();
    establish("open_session", 7);
    call_at(SCA_FN_SCardReleaseContext, "close_session", 7, 0, OK, 210, 230);
    acquire_at(SCA_FN_SCardConnect, 1, "connect_card", 8, 7, 205, 220);
    judge("", "a connect that overlaps its context's release: the handle ends at once");
    ok(report->resources[1].live == 0, "and is not live");
    done();

    begin();
    establish("open_session", 7);
    call_at(SCA_FN_SCardReleaseContext, "close_session", 7, 0, OK, 210, 230);
    acquire_at(SCA_FN_SCardConnect, 1, "connect_card", 8, 7, 205, 220);
    call_at(SCA_FN_SCardTransmit, "send", 8, 0, INVALID_HANDLE, 300, 310);
    verdict("use-after-release error 1", "and its later use is one after the release");
}

/* ---- blocks --------------------------------------------------------------------------------- */

static void test_cross_thread_free(void)
{
    begin();
    establish("open_session", 7);
    connect("open_session", 7, 8);
    list("list_readers", 7, 0x1000);
    thread = 2;
    free_memory("free_readers", 7, 0x1000, OK);
    disconnect("close_session", 8);
    release("close_session", 7);
    judge("cross-thread-free warning 1",
          "a block freed on another thread; handles and contexts may be");
    stacks_are(0, "list_readers", "free_readers", "-", "with two stacks");
    ok(report->findings[0].threads_count == 2 && report->findings[0].threads[0].tid == 101 &&
           report->findings[0].threads[1].tid == 102,
       "and two threads");
    message_is(0,
               "AUTOALLOCATE block from SCardListReaders() in list_readers() was freed on another "
               "thread, by free_readers()",
               "and a sentence");
    done();

    begin();
    establish("open_session", 7);
    list("list_readers", 7, 0x1000);
    thread = 2;
    free_memory("free_readers", 9, 0x1000, INVALID_HANDLE);
    thread = 1;
    free_memory("free_readers", 7, 0x1000, OK);
    release("close_session", 7);
    verdict("wrong-context warning 1", "a failed free on another thread frees nothing there");
}

static void test_free_after_release(void)
{
    begin();
    establish("open_session", 7);
    list("list_readers", 7, 0x1000);
    release("close_session", 7);
    free_memory("free_readers", 7, 0x1000, INVALID_HANDLE);
    judge("free-after-release error 1", "a block is lost: one finding, no leak");
    stacks_are(0, "list_readers", "close_session", "free_readers", "with three stacks");
    ok(report->findings[0].bytes == BLOCK_SIZE, "and its bytes");
    message_is(0,
               "AUTOALLOCATE block from SCardListReaders() in list_readers() was given to "
               "SCardFreeMemory by free_readers() after close_session() had released its context: "
               "the call failed and the block is lost; Windows frees such blocks with their "
               "context, pcsc-lite and WinPR do not",
               "and what each provider does");
    done();

    begin();
    establish("open_session", 7);
    list("list_readers", 7, 0x1000);
    release("close_session", 7);
    free_memory("free_readers", 7, 0x1000, INVALID_HANDLE);
    establish("open_session", 9);
    free_memory("free_readers", 9, 0x1000, OK);
    release("close_session", 9);
    verdict("free-after-release error 1", "freed after all with another context: one finding");

    begin();
    establish("open_session", 7);
    attribute("read_attribute", 8, 0x1000, OK);
    connect("connect_card", 7, 9);
    attribute("read_attribute", 9, 0x2000, OK);
    disconnect("close_card", 9);
    release("close_session", 7);
    free_memory("free_attribute", 7, 0x2000, INVALID_HANDLE);
    free_memory("free_attribute", 7, 0x1000, INVALID_HANDLE);
    verdict("autoallocate-leak error 1, free-after-release error 1",
            "a handle's block belongs to the handle's context, if that is known");

    begin();
    establish("open_session", 7);
    list("list_readers", 7, 0x1000);
    call_at(SCA_FN_SCardReleaseContext, "close_session", 7, 0, OK, 200, 230);
    call_at(SCA_FN_SCardFreeMemory, "free_readers", 0x1000, 7, INVALID_HANDLE, 220, 240);
    verdict("autoallocate-leak error 1", "a free that overlaps the release: a leak, no misuse");

    begin();
    establish("open_session", 7);
    list("list_readers", 7, 0x1000);
    release("close_session", 7);
    establish("open_again", 7);
    free_memory("free_readers", 7, 0x1000, OK);
    release("close_again", 7);
    verdict("", "a new context of the same value frees the block");

    begin();
    establish("open_session", 7);
    list("list_readers", 7, 0x1000);
    release("close_session", 7);
    establish("open_again", 7);
    free_memory("free_readers", 7, 0x1000, COMM_ERROR);
    release("close_again", 7);
    verdict("autoallocate-leak error 1", "or fails to: that has nothing to do with the release");
}

static void test_wrong_context(void)
{
    begin();
    establish("open_session", 7);
    establish("open_session", 9);
    list("list_readers", 7, 0x1000);
    free_memory("free_readers", 9, 0x1000, OK);
    release("close_session", 7);
    release("close_session", 9);
    judge("wrong-context warning 1", "freed with another context");
    stacks_are(0, "list_readers", "-", "free_readers", "with two stacks");
    message_is(0,
               "AUTOALLOCATE block from SCardListReaders() in list_readers() was given to "
               "SCardFreeMemory by free_readers() with a context other than its own",
               "and a sentence");
    done();

    begin();
    establish("open_session", 7);
    list("list_readers", 7, 0x1000);
    free_memory("free_readers", 0, 0x1000, INVALID_HANDLE);
    release("close_session", 7);
    judge("autoallocate-leak error 1, wrong-context warning 1", "the call failed: also a leak");
    caused_by(0, 1, "that names the wrong context as its cause");
    ok(strstr(report->findings[0].message,
              "was not freed: the call that should have done it failed") != NULL,
       "and says that it was tried");
    ok(report->findings[0].bytes == BLOCK_SIZE, "and has its bytes");
    done();

    begin();
    establish("open_session", 7);
    list("list_readers", 7, 0x1000);
    free_memory("free_readers", 0, 0x1000, INVALID_HANDLE);
    free_memory("free_readers", 7, 0x1000, OK);
    release("close_session", 7);
    verdict("wrong-context warning 1", "the call failed, a second one did it: no leak");

    begin();
    establish("open_session", 7);
    list("list_readers", 7, 0x1000);
    free_memory("free_readers", 7, 0x1000, COMM_ERROR);
    free_memory("free_readers", 7, 0x1000, OK);
    release("close_session", 7);
    verdict("", "its own context, live, and a failure: nothing");

    begin();
    list("list_readers", 7, 0x1000);
    free_memory("free_readers", 9, 0x1000, OK);
    story.trace.flags = SCA_FLAG_FORKED;
    verdict("wrong-context warning 1", "an inherited context is known by its value");

    begin();
    attribute("read_attribute", 8, 0x1000, OK);
    free_memory("free_attribute", 9, 0x1000, OK);
    story.trace.flags = SCA_FLAG_FORKED;
    verdict("", "the context of an inherited handle is not known");
}

static void test_reissue(void)
{
    begin();
    establish("open_session", 7);
    list("list_readers", 7, 0x1000);
    list("list_again", 7, 0x1000);
    free_memory("free_readers", 7, 0x1000, OK);
    release("close_session", 7);
    judge("autoallocate-leak error 1", "the address of a live block is handed out again");
    stacks_are(0, "list_readers", "-", "-", "the first block is meant");
    message_is(0,
               "AUTOALLOCATE block from SCardListReaders() in list_readers() was freed by "
               "something other than SCardFreeMemory: its address was handed out again while "
               "still live",
               "and the message says why");
    done();

    begin();
    establish("open_session", 7);
    list("list_readers", 7, 0x1000);
    free_memory("free_readers", 7, 0x1000, OK);
    list("list_again", 7, 0x1000);
    free_memory("free_readers", 7, 0x1000, OK);
    release("close_session", 7);
    verdict("", "an address may come back after its release");

    begin();
    establish("open_session", 7);
    list("list_readers", 7, 0x1000);
    call_at(SCA_FN_SCardFreeMemory, "free_readers", 0x1000, 7, PENDING, now, 0);
    acquire_at(SCA_FN_SCardListReaders, 1, "list_again", 0x1000, 7, now, now + 50);
    now += 100;
    free_memory("free_readers", 7, 0x1000, OK);
    release("close_session", 7);
    verdict("", "a release that never came back explains it");

    begin();
    establish("open_session", 7);
    list("list_readers", 7, 0x1000);
    thread = 2;
    call_at(SCA_FN_SCardFreeMemory, "free_readers", 0x1000, 7, PENDING, now, 0);
    thread = 1;
    acquire_at(SCA_FN_SCardListReaders, 1, "list_again", 0x1000, 7, now, now + 50);
    now += 100;
    free_memory("free_readers", 7, 0x1000, OK);
    release("close_session", 7);
    verdict("cross-thread-free warning 1", "on another thread too, where it is judged as such");

    begin();
    establish("open_session", 7);
    list("list_readers", 7, 0x1000);
    free_memory("free_readers", 0, 0x1000, INVALID_HANDLE);
    list("list_again", 7, 0x1000);
    free_memory("free_readers", 7, 0x1000, OK);
    release("close_session", 7);
    judge("autoallocate-leak error 1, wrong-context warning 1", "after a failed wrong context");
    caused_by(0, 1, "that is the cause");
    done();

    begin();
    establish("open_session", 7);
    list("list_readers", 7, 0x1000);
    thread = 2;
    call_at(SCA_FN_SCardFreeMemory, "free_readers", 0x1000, 7, OK, now, now + 40);
    thread = 1;
    acquire_at(SCA_FN_SCardListReaders, 1, "list_again", 0x1000, 7, now + 10, now + 30);
    now += 100;
    free_memory("free_readers", 7, 0x1000, OK);
    release("close_session", 7);
    verdict("cross-thread-free warning 1",
            "a release that overlaps the reissue took effect before");

    begin();
    establish("open_session", 7);
    list("list_readers", 7, 0x1000);
    call_at(SCA_FN_SCardFreeMemory, "free_readers", 0x1000, 7, COMM_ERROR, now, now + 40);
    acquire_at(SCA_FN_SCardListReaders, 1, "list_again", 0x1000, 7, now + 10, now + 30);
    now += 100;
    free_memory("free_readers", 7, 0x1000, OK);
    release("close_session", 7);
    verdict("autoallocate-leak error 1", "a failed one does not explain it");

    begin();
    establish("open_session", 7);
    connect("connect_card", 7, 8);
    establish("open_session", 7);
    release("close_session", 7);
    verdict("", "a context's value comes back while live: it was lost from sight, no finding");
}

/* ---- what is in flight or missing ----------------------------------------------------------- */

static void test_pending(void)
{
    begin();
    establish("open_session", 7);
    connect("connect_card", 7, 8);
    list("list_readers", 7, 0x1000);
    free_memory("free_readers", 7, 0x1000, PENDING);
    call(SCA_FN_SCardDisconnect, "close_card", 8, PENDING);
    call(SCA_FN_SCardReleaseContext, "close_session", 7, PENDING);
    verdict("", "releases in flight when the process exited: nothing leaked");

    begin();
    establish("open_session", 7);
    connect("connect_card", 7, 8);
    list("list_readers", 7, 0x1000);
    call(SCA_FN_SCardReleaseContext, "close_session", 7, PENDING);
    story.trace.end = SCA_END_NONE;
    judge("held-at-end note 1",
          "a context's release in flight may end its handles, not its blocks");
    same(report->findings[0].kind, "autoallocate", "the block is held");
    done();

    begin();
    establish("open_session", 7);
    list("list_readers", 7, 0x1000);
    free_memory("free_readers", 7, 0x1000, PENDING);
    free_memory("free_readers", 7, 0x1000, COMM_ERROR);
    release("close_session", 7);
    verdict("", "a release in flight, and a later one that failed");

    begin();
    establish("open_session", 7);
    call_at(SCA_FN_SCardReleaseContext, "one", 7, 0, PENDING, 200, 0);
    call_at(SCA_FN_SCardReleaseContext, "two", 7, 0, OK, 210, 220);
    call_at(SCA_FN_SCardReleaseContext, "three", 7, 0, INVALID_HANDLE, 230, 240);
    judge("double-release error 1", "one in flight, one that succeeded, one too many");
    stacks_are(0, "open_session", "two", "three", "with the stack of the one that came back");
    done();
}

static void test_incomplete(void)
{
    begin();
    establish("open_session", 7);
    connect("connect_card", 7, 8);
    list("list_readers", 7, 0x1000);
    list("list_again", 7, 0x1000);
    call(SCA_FN_SCardTransmit, "send", 99, INVALID_HANDLE);
    story.trace.complete = false;
    judge("", "an incomplete trace: no leak, nothing about unknown values");
    ok(!report_complete(report), "and the report is incomplete");
    done();

    begin();
    establish("open_session", 7);
    connect("connect_card", 7, 8);
    release("close_session", 7);
    call(SCA_FN_SCardReleaseContext, "close_again", 7, INVALID_HANDLE);
    story.trace.complete = false;
    verdict("double-release error 1", "misuse with all its evidence stands");

    begin();
    establish("open_session", 7);
    list("list_readers", 7, 0x1000);
    list("list_readers", 7, 0x2000);
    thread = 2;
    free_memory("free_readers", 7, 0x1000, OK);
    thread = 1;
    free_memory("free_readers", 9, 0x2000, OK);
    story.trace.complete = false;
    verdict("wrong-context note 1, cross-thread-free note 1",
            "an address may be another block's by then: notes");

    begin();
    establish("open_session", 7);
    connect("connect_card", 7, 8);
    release("close_session", 7);
    call(SCA_FN_SCardDisconnect, "close_card", 8, INVALID_HANDLE);
    story.trace.flags = SCA_FLAG_FORKED;
    verdict("double-release error 1", "a forked child answers for what it acquired itself");
}

/* ---- grouping ------------------------------------------------------------------------------- */

static struct finding *only_finding(void)
{
    return report->findings_count == 1 ? &report->findings[0] : NULL;
}

static void test_grouping(void)
{
    struct event_builder first;
    struct finding *finding;
    uint64_t at = made_offset("open_session");

    begin();
    for (uint32_t i = 0; i < 5; i++) {
        uint32_t line = events_raw_stack(&story, &(struct trace_frame){1, at + i % 2}, 1);

        events_add(&story, (struct made_event){.function = SCA_FN_SCardEstablishContext,
                                               .stack = line,
                                               .object = 20 + i,
                                               .at = {now, now + 5}});
        now += 10;
    }
    judge("context-leak error 5", "two lines of one function are one finding");
    finding = only_finding();
    ok(finding && finding->places_total == 2 && finding->places_count == 2 &&
           finding->places[0].count == 3 && finding->places[1].count == 2,
       "with two places, the more frequent first");
    done();

    begin();
    for (uint32_t i = 0; i < 25; i++) {
        struct trace_frame frames[] = {{1, at}, {1, 0x100000 + i}};

        for (uint32_t j = 0; j < 2; j++) {
            events_add(&story,
                       (struct made_event){.function = SCA_FN_SCardEstablishContext,
                                           .stack = events_raw_stack(&story, frames, 1 + (i == 9)),
                                           .object = 1 + i * 2 + j,
                                           .at = {now, now + 5}});
            now += 10;
        }
    }
    judge("context-leak error 48, context-leak error 2", "an unknown caller is another chain");
    same(report->findings[0].fingerprint, report->findings[1].fingerprint, "of the same owner");
    ok(strcmp(report->findings[0].fingerprint_strict, report->findings[1].fingerprint_strict) != 0,
       "but not strictly the same");
    ok(report->findings[0].places_total == 1, "a stack recorded twice is one place");
    done();

    begin();
    for (uint32_t i = 0; i < 25; i++) {
        uint32_t line =
            events_raw_stack(&story, (struct trace_frame[]){{1, at + i % 16}, {1, at + i / 16}}, 2);

        events_add(&story, (struct made_event){.function = SCA_FN_SCardEstablishContext,
                                               .stack = line,
                                               .object = 20 + i,
                                               .at = {now, now + 5}});
        now += 10;
    }
    judge("context-leak error 25", "recursion at 25 places");
    finding = only_finding();
    ok(finding && finding->places_count == 20 && finding->places_total == 25,
       "of which 20 are kept");
    done();

    begin();
    establish("open_session", 7);
    first = story;
    first.trace.modules = first.modules;
    first.trace.providers = first.providers;
    first.trace.threads = first.threads;
    first.trace.stacks = first.stacks;
    first.trace.blind_spots = first.blind_spots;
    begin();
    establish("other_function", 6);
    establish("open_session", 8);
    release("other_function", 6);
    story.trace.pid = 43;
    judge_traces((struct trace *[]){&first.trace, &story.trace}, 2, "context-leak error 2",
                 "one finding over two processes");
    finding = only_finding();
    ok(finding && finding->places_total == 1 && finding->places[0].pid == 42,
       "whose equal stacks are one place");
    ok(report->processes_count == 2 && report->resources_count == 1 &&
           report->resources[0].acquired == 3 && report->resources[0].peak == 2,
       "two processes, resources added up, the higher peak");
    report_free(report);
    report = NULL;
    events_end(&first);
    events_end(&story);
}

/* One function that makes several audited calls, or gets several blocks from one. */
static void test_calls_apart(void)
{
    const struct finding *name, *atr;
    uint32_t place;

    begin();
    establish("open_session", 7);
    connect("open_session", 7, 8);
    list("read_all", 7, 0x1000);
    acquire_at(SCA_FN_SCardListReaderGroups, 1, "read_all", 0x2000, 7, now, now + 5);
    now += 10;
    disconnect("close_session", 8);
    call(SCA_FN_SCardTransmit, "talk", 8, INVALID_HANDLE);
    call(SCA_FN_SCardBeginTransaction, "talk", 8, INVALID_HANDLE);
    release("close_session", 7);
    judge("autoallocate-leak error 1, autoallocate-leak error 1, use-after-release error 1, "
          "use-after-release error 1",
          "different audited functions called in one function are different findings");
    same(report->findings[0].fingerprint, report->findings[1].fingerprint, "of the same owner");
    ok(strstr(report->findings[0].message, "from SCardListReader") &&
           strstr(report->findings[1].message, "from SCardListReader") &&
           strcmp(report->findings[0].message, report->findings[1].message) != 0,
       "each names its own");
    done();

    begin();
    connect("open_session", 7, 8);
    place = in("read_status");
    for (uint64_t i = 0; i < 3; i++) {
        for (uint8_t effect = 1; effect <= 2; effect++)
            events_add(&story, (struct made_event){.function = SCA_FN_SCardStatus,
                                                   .effect = effect,
                                                   .stack = place,
                                                   .object = 0x1000 * effect + 0x100 * i,
                                                   .companion = 8,
                                                   .size = BLOCK_SIZE,
                                                   .at = {now, now + 5}});
        now += 10;
        free_memory("free_atr", 7, 0x2000 + 0x100 * i, OK);
        if (i == 0)
            free_memory("free_name", 7, 0x1000, OK);
    }
    disconnect("close_session", 8);
    judge("autoallocate-leak error 2", "of two blocks of one call the other was freed");
    ok(report->findings[0].siblings_acquired == 3 && report->findings[0].siblings_released == 1,
       "siblings are those of the same out-parameter");
    ok(strstr(report->findings[0].message,
              "2 AUTOALLOCATE blocks with the reader name from SCardStatus() in read_status() were "
              "never") == report->findings[0].message,
       "and the message says which");
    same(function_of(0, STORY_SIBLING_RELEASED), "free_name", "and where those were released");
    done();

    begin();
    place = in("read_status");
    for (uint8_t effect = 1; effect <= 2; effect++)
        events_add(&story, (struct made_event){.function = SCA_FN_SCardStatus,
                                               .effect = effect,
                                               .stack = place,
                                               .object = 0x1000 * effect,
                                               .companion = 8,
                                               .at = {100, 105}});
    judge("autoallocate-leak error 1, autoallocate-leak error 1", "two blocks, two findings");
    name = &report->findings[0];
    atr = &report->findings[1];
    if (!strstr(name->message, "reader name"))
        name = atr, atr = &report->findings[0];
    ok(strstr(name->message, "with the reader name from SCardStatus() in read_status()") &&
           strstr(atr->message, "with the ATR from SCardStatus() in read_status()"),
       "that say which block");
    done();

    begin();
    establish("open_session", 7);
    connect("connect_card", 7, 8);
    connect("connect_card", 7, 9);
    disconnect("close_card", 8);
    release("close_session", 7);
    call(SCA_FN_SCardDisconnect, "close_again", 8, INVALID_HANDLE);
    call(SCA_FN_SCardDisconnect, "close_again", 9, INVALID_HANDLE);
    verdict("double-release error 1, double-release error 1",
            "disconnected twice, and after the context's release");
}

static void test_order(void)
{
    uint32_t place;

    begin();
    establish("open_session", 7);
    list("list_readers", 7, 0x1000);
    thread = 2;
    free_memory("free_readers", 7, 0x1000, OK);
    release("close_session", 7);
    call(SCA_FN_SCardListReaders, "list_readers", 7, INVALID_HANDLE);
    verdict("use-after-release error 1, cross-thread-free warning 1", "the worst first");

    begin();
    establish("open_session", 7);
    place = in("connect_card");
    for (uint64_t i = 0; i < 3; i++)
        events_add(&story, (struct made_event){.function = SCA_FN_SCardConnect,
                                               .effect = 1,
                                               .stack = place,
                                               .object = 20 + i,
                                               .companion = 7,
                                               .at = {200 + i * 10, 205 + i * 10}});
    story.trace.running = true;
    story.trace.end = SCA_END_NONE;
    judge("held-at-end warning 3, held-at-end note 1", "growth is worse than what it grows in");
    report_raise_notes(report);
    same(report->findings[0].kind, "context", "as equals, the context comes before its handles");
    caused_by(1, 0, "which name it");
    ok(report->warnings == 2 && !report->notes, "two warnings then");
    done();

    begin();
    establish("open_session", 7);
    connect("connect_card", 7, 8);
    connect("connect_card", 7, 9);
    story.trace.end = SCA_END_NONE;
    judge("held-at-end note 1, held-at-end note 2", "few contexts before many handles");
    same(report->findings[0].kind, "context", "whose cause they are");
    done();

    begin();
    establish("open_session", 7);
    list("list_readers", 7, 0x1000);
    free_memory("free_readers", 0, 0x1000, INVALID_HANDLE);
    release("close_session", 7);
    story.trace.end = SCA_END__EXIT;
    judge("wrong-context warning 1, autoallocate-leak warning 1", "a misuse before its leak");
    caused_by(1, 0, "whose cause it is");
    done();

    begin();
    establish("open_one", 7);
    establish("open_two", 8);
    release("close_session", 7);
    release("close_session", 8);
    call(SCA_FN_SCardReleaseContext, "close_again", 7, INVALID_HANDLE);
    call(SCA_FN_SCardReleaseContext, "close_again", 8, INVALID_HANDLE);
    judge("double-release error 1, double-release error 1", "two acquirers, one culprit");
    same(report->findings[0].fingerprint, report->findings[1].fingerprint,
         "the culprit is the owner");
    done();

    begin();
    establish("open_session", 7);
    release("close_one", 7);
    call(SCA_FN_SCardReleaseContext, "close_again", 7, INVALID_HANDLE);
    establish("open_session", 8);
    release("close_two", 8);
    call(SCA_FN_SCardReleaseContext, "close_again", 8, INVALID_HANDLE);
    judge("double-release error 2", "where the first release was does not split a finding");
    ok(report->findings[0].places_total == 2, "but its places");
    done();

    begin();
    place = in("open_session");
    for (uint32_t i = 1; i <= 2; i++)
        events_add(&story, (struct made_event){.function = SCA_FN_SCardEstablishContext,
                                               .provider = i,
                                               .stack = place,
                                               .object = 7,
                                               .at = {100 * i, 100 * i + 5}});
    judge("context-leak error 1, context-leak error 1", "two providers, two findings");
    ok(report->resources_count == 2, "and two resources");
    done();

    begin();
    establish("open_session", 7);
    establish("open_session", 9);
    place = in("list_readers");
    for (uint32_t i = 0; i < 2; i++)
        events_add(&story, (struct made_event){.function = SCA_FN_SCardListReaders,
                                               .effect = 1,
                                               .stack = place,
                                               .object = 0x1000 + i * 8,
                                               .companion = 7 + i * 2,
                                               .at = {now + i * 10, now + i * 10 + 5}});
    now += 20;
    release("close_session", 7);
    judge("context-leak error 1, autoallocate-leak error 2", "one place, two circumstances");
    ok(report->findings[1].siblings_acquired == 2, "whose siblings count once");
    ok(strstr(report->findings[1].message, "the context of some was released before") != NULL,
       "and the message knows that they differ");
    done();
}

static void test_unsymbolized(void)
{
    begin();
    events_add(&story, (struct made_event){
                           .function = SCA_FN_SCardEstablishContext,
                           .stack = events_raw_stack(&story, &(struct trace_frame){1, 0x10}, 1),
                           .object = 7,
                           .at = {100, 110}});
    judge("context-leak error 1", "a frame without a symbol");
    message_is(0, "SCARDCONTEXT established by app+0x10 was never released", "is named by module");
    same(report->findings[0].fingerprint_weak, report->findings[0].fingerprint, "and weak");
    done();

    begin();
    events_add(&story, (struct made_event){.function = SCA_FN_SCardEstablishContext,
                                           .object = 7,
                                           .at = {100, 110}});
    judge("context-leak error 1", "an event without a stack");
    message_is(0, "SCARDCONTEXT established by an unknown function was never released",
               "says that the function is unknown");
    done();
}

/* ---- fingerprints --------------------------------------------------------------------------- */

static void function_is(const char *name, const char *expected)
{
    char *got = fingerprint_function(name);

    same(got, expected, name);
    free(got);
}

static void test_function_names(void)
{
    function_is("connect_card", "connect_card");
    function_is("connect_card.part.0", "connect_card");
    function_is("connect_card.constprop.0.isra.0.cold", "connect_card");
    function_is("connect_card.lto_priv.3", "connect_card");
    function_is("part.cold", "part");
    function_is("ns::Card::connect(int, char const*) const [clone .cold]", "ns::Card::connect");
    function_is("ns::Card<std::pair<int, long> >::connect<int>(int)", "ns::Card::connect");
    function_is("void ns::apply<int (*)(long)>(int (*)(long))", "ns::apply");
    function_is("std::vector<int> ns::list<int>()", "ns::list");
    function_is("(anonymous namespace)::connect(int)", "(anonymous namespace)::connect");
    function_is("ns::Card::operator()(int) const", "ns::Card::operator()");
    function_is("ns::Card::operator()", "ns::Card::operator()");
    function_is("operator<< <int>(std::ostream&, int)", "operator<<");
    function_is("ns::operator<(ns::A const&, ns::A const&)", "ns::operator<");
    function_is("ns::A::operator bool() const", "ns::A::operator bool");
    function_is("connect_card.llvm.1234", "connect_card");
    function_is("main::{lambda(int)#1}::operator()(int) const", "main::{lambda}::operator()");
    function_is("main::$_0::operator()(int) const", "main::{lambda}::operator()");
    function_is("main()::<lambda(int)>", "main::{lambda}");
    function_is("ns::Card<int>::open(int (*)(char)) const::{lambda({lambda()#2})#1}::operator()()",
                "ns::Card::open::{lambda}::operator()");
    function_is("A::operator()(int)::{lambda()#1}::operator()() const",
                "A::operator()::{lambda}::operator()");
    function_is("a$_0", "a$_0");
    function_is("char const* (**ns::Card<int>::open<int>(int (*)(char)))(char const*, int)",
                "ns::Card::open");
    function_is("(*)", "(*)");
    function_is("{lambda(", "{lambda(");
    function_is("f(::", "f(::");
    function_is("broken<", "broken<");
    function_is("", "");
    function_is(")(", ")(");
}

static struct fingerprints chain_of(const struct frame *frames, size_t count)
{
    struct fingerprint_stack stack = {.frames = frames, .count = count};
    struct fingerprints result;

    fingerprint_make(&result, "context-leak", "context", "", &stack, 1, 0);
    return result;
}

static void test_fingerprints(void)
{
    static const struct frame plain[] = {{.function = "open", .module = "/usr/lib/libx.so.1"},
                                         {.function = "main", .module = "/usr/bin/app"}};
    static const struct frame noisy[] = {
        {.function = "free", .module = "/lib/libc.so.6", .offset = 1},
        {.function = "open<int>(int) [clone .part.0]",
         .module = "/opt/libx.so.2.3",
         .offset = 77,
         .line = 3,
         .file = "x.c",
         .inlined = true},
        {.function = "open<long>(long)", .module = "/opt/libx.so.2.3", .offset = 78},
        {.function = "std::function<void ()>::operator()() const", .module = "/usr/bin/app"},
        {.function = "main", .module = "/home/app"},
        {.function = "__libc_start_main", .module = "/lib/libc.so.6"},
        {.function = "_start", .module = "/home/app"},
    };
    static const struct frame wrapped[] = {
        {.function = "SCardConnect", .module = "/usr/lib/libscardaudit.so"},
        {.function = "helper", .module = "/usr/lib/libpcsclite.so.1"},
        {.module = "/usr/bin/app", .offset = 9, .build_id = "ab"},
    };
    static const char *const names[10] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"};
    struct frame deep[10];
    struct frame moved = wrapped[2];
    struct fingerprints a = chain_of(plain, 2);
    struct fingerprints b = chain_of(noisy, 7);
    struct fingerprints c = chain_of(wrapped, 3);
    struct fingerprints d;

    same(b.strict, a.strict, "versions, templates, clones, recursion and the runtime do not count");
    same(b.owner, a.owner, "nor for the owner");
    ok(!*a.weak && !*b.weak, "both are strong");
    ok(strcmp(a.owner, a.strict) != 0 && strlen(a.strict) == 16, "owner and chain differ");
    ok(fingerprint_owner(noisy, 7) == 1 && fingerprint_owner(wrapped, 3) == 2 &&
           fingerprint_owner(wrapped, 2) == 1 && fingerprint_owner(wrapped, 1) == 0 &&
           fingerprint_owner(wrapped, 0) == 0,
       "the owner stands outside runtime and wrappers where possible");
    same(c.weak, c.owner, "a frame without symbol is weak");
    for (size_t i = 0; i < 10; i++)
        deep[i] = (struct frame){.function = names[i], .module = "/usr/bin/app"};
    d = chain_of(deep, 10);
    deep[8].function = "another";
    ok(!strcmp(chain_of(deep, 10).strict, d.strict), "the ninth frame does not count");
    deep[7].function = "another";
    ok(strcmp(chain_of(deep, 10).strict, d.strict) != 0, "the eighth does");
    strcpy(moved.build_id, "cd");
    d = chain_of(&moved, 1);
    ok(strcmp(d.owner, c.owner) != 0, "and known by its build-id");
    same(chain_of(&(struct frame){.offset = 0x7f0000001000}, 1).strict,
         chain_of(&(struct frame){.offset = 0x7e0000002000}, 1).strict,
         "where generated code lies does not count");
}

/* ---- the table ------------------------------------------------------------------------------ */

static struct objects objects;

static uint32_t found(uint32_t provider, unsigned kind, uint64_t value)
{
    struct object_key key = objects_key(&objects, provider, kind, value);

    return objects_find(&objects, &key);
}

static uint32_t added(uint32_t provider, unsigned kind, uint64_t value)
{
    struct object_key key = objects_key(&objects, provider, kind, value);

    return objects_new(&objects, &key, objects_find(&objects, &key));
}

static void test_objects(void)
{
    bool all = true;
    uint32_t block;

    objects_init(&objects);
    for (uint64_t i = 0; i < 100000; i++)
        added(1 + i % 2, SCA_KIND_CONTEXT, i / 2);
    for (uint64_t i = 0; i < 100000; i++)
        all = all && found(1 + i % 2, SCA_KIND_CONTEXT, i / 2) == i + 1;
    ok(all, "100,000 objects are found again, by provider and value");
    ok(!found(1, SCA_KIND_CARD_HANDLE, 5) && !found(3, SCA_KIND_CONTEXT, 5) &&
           !found(1, SCA_KIND_CONTEXT, 100000),
       "others are not");
    ok(added(1, SCA_KIND_CONTEXT, 0) == 100001 && found(1, SCA_KIND_CONTEXT, 0) == 100001,
       "the newest generation is found");
    block = added(1, SCA_KIND_AUTOALLOCATE, 0x1000);
    objects.records[block].state = OBJECT_RELEASED;
    ok(added(1, SCA_KIND_AUTOALLOCATE, 0x1000) == block, "a released block is overwritten");
    objects.records[block].state = OBJECT_LIVE;
    ok(added(1, SCA_KIND_AUTOALLOCATE, 0x1000) != block, "a live one is not");
    ok(sizeof(struct object) + 3 * sizeof(struct object_slot) <= 100,
       "at most 100 bytes an object where a third of the slots is used");
    objects_free(&objects);
}

int main(void)
{
    test_clean();
    test_leaks();
    test_siblings();
    test_endings();
    test_growth();
    test_double_release();
    test_use_after_release();
    test_never_handed_out();
    test_lost_from_sight();
    test_implicit_release();
    test_cross_thread_free();
    test_free_after_release();
    test_wrong_context();
    test_reissue();
    test_pending();
    test_incomplete();
    test_grouping();
    test_calls_apart();
    test_order();
    test_unsymbolized();
    test_function_names();
    test_fingerprints();
    test_objects();
    printf("1..%d\n", number);
    return failures != 0;
}
