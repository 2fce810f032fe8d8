/* SPDX-License-Identifier: MIT */
/*
 * A provider above another one, as WinPR is above pcsc-lite: what the program does is told once, as
 * the program did it; what the provider above does by itself is told as its own; and what one of
 * them handed out is not for the other.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/findings/report.h"
#include "event_builder.h"
#include "made_symbols.h"
#include "tap.h"

#define OK 0
#define FAILED 0x80100002U
#define INVALID_HANDLE 0x80100003U

enum { BELOW = 1, ABOVE }; /* the builder's providers */

#define CONTEXT 7
#define CARD 8
#define BLOCK 0x1000

/* ---- telling a story ------------------------------------------------------------------------ */

static struct event_builder story;
static uint32_t thread;
static uint64_t now;

static void begin(void)
{
    events_begin(&story);
    thread = 1;
    now = 100;
}

/* The same place is the same stack: of the program, or of the provider above on its behalf. */
static uint32_t stack_to(const char *where, bool inside)
{
    struct trace_frame frames[] = {{3, 0x10}, {1, made_offset(where)}, {1, made_offset("main")}};
    uint32_t skipped = inside ? 0 : 1;

    for (uint32_t i = 1; i < story.trace.stacks_count; i++)
        if (story.stacks[i].count == 3 - skipped &&
            story.stacks[i].frames[1 - skipped].offset == made_offset(where))
            return i;
    return events_raw_stack(&story, frames + skipped, 3 - skipped);
}

static void add(uint32_t provider, struct made_event event, const char *where, bool inside)
{
    event.thread = thread;
    event.provider = provider;
    event.stack = stack_to(where, inside);
    events_add(&story, event);
}

static void hand_out(uint32_t provider, bool inside, enum sca_fn function, uint8_t effect,
                     const char *where, uint64_t value, uint64_t owner)
{
    add(provider,
        (struct made_event){.function = function,
                            .effect = effect,
                            .object = value,
                            .companion = owner,
                            .size = effect && value >= BLOCK ? 30 : 0,
                            .at = {inside ? now + 1 : now, inside ? now + 2 : now + 5}},
        where, inside);
}

/* The call above hands on what the one below gave it, under a value of its own or the same. */
static void hand_out_through(enum sca_fn function, uint8_t effect, const char *where,
                             uint64_t value, uint64_t below, uint64_t owner)
{
    hand_out(BELOW, true, function, effect, where, below, owner);
    hand_out(ABOVE, false, function, effect, where, value, owner);
    now += 10;
}

static void establish(const char *where, uint64_t value)
{
    hand_out_through(SCA_FN_SCardEstablishContext, 0, where, value, value, 0);
}

static void connect_card(const char *where, uint64_t value)
{
    hand_out_through(SCA_FN_SCardConnect, 1, where, value, value, CONTEXT);
}

static void list(const char *where, uint64_t value)
{
    hand_out_through(SCA_FN_SCardListReaders, 1, where, value, value, CONTEXT);
}

static void made_by_one(uint32_t provider, bool inside, enum sca_fn function, uint8_t effect,
                        const char *where, uint64_t value, uint64_t owner)
{
    hand_out(provider, inside, function, effect, where, value, owner);
    now += 10;
}

static void call_one(uint32_t provider, bool inside, enum sca_fn function, const char *where,
                     uint64_t value, uint64_t owner, uint64_t result)
{
    add(provider,
        (struct made_event){.function = function,
                            .object = value,
                            .companion = owner,
                            .at = {inside ? now + 1 : now, inside ? now + 2 : now + 5},
                            .result = result},
        where, inside);
}

static void call_through(enum sca_fn function, const char *where, uint64_t value, uint64_t owner,
                         uint64_t result)
{
    call_one(ABOVE, false, function, where, value, owner, result);
    call_one(BELOW, true, function, where, value, owner, result);
    now += 10;
}

static void call(uint32_t provider, enum sca_fn function, const char *where, uint64_t value,
                 uint64_t owner, uint64_t result)
{
    call_one(provider, false, function, where, value, owner, result);
    now += 10;
}

static void release(const char *where, uint64_t value)
{
    call_through(SCA_FN_SCardReleaseContext, where, value, 0, OK);
}

static void give_back(const char *where, uint64_t block)
{
    call_through(SCA_FN_SCardFreeMemory, where, block, CONTEXT, OK);
}

/* ---- the verdict ---------------------------------------------------------------------------- */

static struct symbols symbols;
static struct report *report;

/* "rule severity kind count provider, ..." in the order of the report */
static void judge(const char *expected, const char *name)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    report = report_build((struct trace *[]){&story.trace}, 1, &symbols, NULL);
    for (size_t i = 0; i < report->findings_count; i++) {
        const struct finding *finding = &report->findings[i];

        fprintf(out, "%s%s %s %s %zu %s", i ? ", " : "", finding->rule->name,
                severity_name(finding->severity), finding->kind, finding->count, finding->provider);
    }
    fclose(out);
    same(text, expected, name);
    free(text);
}

static void done(void)
{
    report_free(report);
    report = NULL;
    events_end(&story);
}

static void verdict(const char *expected, const char *name)
{
    judge(expected, name);
    done();
}

static void message_is(const char *expected)
{
    same(report->findings_count ? report->findings[0].message : "(none)", expected,
         "and a sentence");
}

/* ---- told once ------------------------------------------------------------------------------ */

static void test_leaks(void)
{
    begin();
    establish("open_session", CONTEXT);
    release("close_session", CONTEXT);
    verdict("", "through both, and back");

    begin();
    establish("open_session", CONTEXT);
    connect_card("open_card", CARD);
    list("list_readers", BLOCK);
    judge("context-leak error context 1 libother.so.1, "
          "handle-leak error card-handle 1 libother.so.1, "
          "autoallocate-leak error autoallocate 1 libother.so.1",
          "leaked through both: told once, as the program had it");
    same(report->findings[1].cause, report->findings[0].fingerprint, "its context is the cause");
    ok(report->resources_count == 6, "the books of both count");
    done();

    begin();
    hand_out_through(SCA_FN_SCardEstablishContext, 0, "open_session", 1000, CONTEXT, 0);
    verdict("context-leak error context 1 libother.so.1", "also under a value of its own");

    begin();
    made_by_one(BELOW, true, SCA_FN_SCardEstablishContext, 0, "open_session", CONTEXT, 0);
    establish("open_session", 9);
    release("close_session", 9);
    verdict("context-leak error context 1 libpcsclite.so.1",
            "what the provider above keeps to itself is its own leak");

    begin();
    establish("open_session", CONTEXT);
    connect_card("open_card", CARD);
    call_one(ABOVE, false, SCA_FN_SCardDisconnect, "close_card", CARD, 0, OK);
    call_one(BELOW, true, SCA_FN_SCardDisconnect, "close_card", CARD, 0, FAILED);
    now += 10;
    release("close_session", CONTEXT);
    verdict("implicit-release note card-handle 1 libpcsclite.so.1",
            "and what it says it gave back and did not");

    begin();
    establish("open_session", CONTEXT);
    connect_card("open_card", CARD);
    release("close_session", CONTEXT);
    verdict("implicit-release note card-handle 1 libother.so.1", "ended with its context: once");

    begin();
    hand_out(BELOW, true, SCA_FN_SCardEstablishContext, 0, "open_session", CONTEXT, 0);
    thread = 2;
    hand_out(ABOVE, false, SCA_FN_SCardEstablishContext, 0, "open_other", 9, 0);
    now += 10;
    call(ABOVE, SCA_FN_SCardReleaseContext, "close_other", 9, 0, OK);
    verdict("context-leak error context 1 libpcsclite.so.1",
            "two threads at a time do not hand on to each other");
}

static void test_misuse(void)
{
    begin();
    establish("open_session", CONTEXT);
    release("close_session", CONTEXT);
    call_through(SCA_FN_SCardReleaseContext, "close_again", CONTEXT, 0, INVALID_HANDLE);
    verdict("double-release error context 1 libother.so.1", "released twice through both: once");

    begin();
    establish("open_session", CONTEXT);
    release("close_session", CONTEXT);
    call_through(SCA_FN_SCardListReaders, "list_late", CONTEXT, 0, INVALID_HANDLE);
    verdict("use-after-release error context 1 libother.so.1", "used too late: once");

    begin();
    establish("open_session", CONTEXT);
    call_through(SCA_FN_SCardTransmit, "send", CARD, 0, INVALID_HANDLE);
    release("close_session", CONTEXT);
    verdict("use-after-release error card-handle 1 libother.so.1", "never handed out: once");

    begin();
    establish("open_session", CONTEXT);
    list("list_readers", BLOCK);
    thread = 2;
    give_back("free_readers", BLOCK);
    release("close_session", CONTEXT);
    verdict("cross-thread-free warning autoallocate 1 libother.so.1", "freed elsewhere: once");

    begin();
    establish("open_session", CONTEXT);
    call_one(ABOVE, false, SCA_FN_SCardListReaders, "list_readers", CONTEXT, 0, OK);
    call_one(BELOW, true, SCA_FN_SCardListReaders, "list_readers", 99, 0, INVALID_HANDLE);
    now += 10;
    release("close_session", CONTEXT);
    verdict("use-after-release error context 1 libpcsclite.so.1",
            "what the provider above makes up is its own mistake");

    begin();
    establish("open_session", CONTEXT);
    release("close_session", CONTEXT);
    call(ABOVE, SCA_FN_SCardReleaseContext, "close_nothing", 0, 0, OK);
    call(ABOVE, SCA_FN_SCardReleaseContext, "close_nothing", 0, 0, OK);
    call(ABOVE, SCA_FN_SCardListReaders, "list_any", 0, 0, OK);
    verdict("", "WinPR takes 0 for a context");
}

static void test_blocks(void)
{
    begin();
    establish("open_session", CONTEXT);
    list("list_readers", BLOCK);
    give_back("free_readers", BLOCK);
    release("close_session", CONTEXT);
    verdict("", "a block in two books, freed in both");

    begin();
    establish("open_session", CONTEXT);
    made_by_one(ABOVE, false, SCA_FN_SCardListReaders, 1, "list_readers", BLOCK, CONTEXT);
    give_back("free_readers", BLOCK);
    release("close_session", CONTEXT);
    verdict("", "a block of the provider above, which it has the one below free");

    begin();
    establish("open_session", CONTEXT);
    list("list_readers", BLOCK);
    give_back("free_readers", BLOCK);
    give_back("clean_up", BLOCK);
    release("close_session", CONTEXT);
    verdict("double-free error autoallocate 1 libother.so.1", "freed twice: as the program got it");

    begin();
    establish("open_session", CONTEXT);
    list("list_readers", BLOCK);
    give_back("free_readers", BLOCK);
    give_back("clean_up", BLOCK + 8);
    release("close_session", CONTEXT);
    verdict("invalid-free error autoallocate 1 libother.so.1", "an address inside one: the same");

    begin();
    establish("open_session", CONTEXT);
    list("list_readers", BLOCK);
    add(0, (struct made_event){.function = SCA_FN_free, .object = BLOCK, .at = {now, now + 5}},
        "clean_up", false);
    now += 10;
    release("close_session", CONTEXT);
    verdict("mismatched-free error autoallocate 1 libother.so.1", "given to free(): once");

    begin();
    establish("open_session", CONTEXT);
    list("list_readers", BLOCK);
    add(0, (struct made_event){.function = SCA_FN_free, .object = BLOCK, .at = {now, now + 5}},
        "clean_up", true);
    now += 10;
    release("close_session", CONTEXT);
    verdict("", "by the provider above: its own business");

    begin();
    establish("open_session", CONTEXT);
    made_by_one(BELOW, true, SCA_FN_SCardListReaders, 1, "list_readers", BLOCK, CONTEXT);
    add(0, (struct made_event){.function = SCA_FN_free, .object = BLOCK, .at = {now, now + 5}},
        "list_readers", true);
    now += 10;
    release("close_session", CONTEXT);
    verdict("mismatched-free error autoallocate 1 libpcsclite.so.1",
            "but not that of a block which it did not hand on");

    begin();
    establish("open_session", CONTEXT);
    made_by_one(ABOVE, false, SCA_FN_SCardListReaders, 1, "list_any", BLOCK, 0);
    call(ABOVE, SCA_FN_SCardFreeMemory, "free_readers", BLOCK, CONTEXT, OK);
    release("close_session", CONTEXT);
    verdict("", "a block of context 0 may be freed with any");
}

/* ---- mixed up ------------------------------------------------------------------------------- */

static void test_mixed(void)
{
    begin();
    made_by_one(BELOW, false, SCA_FN_SCardEstablishContext, 0, "open_session", CONTEXT, 0);
    call(ABOVE, SCA_FN_SCardListReaders, "list_readers", CONTEXT, 0, INVALID_HANDLE);
    call(ABOVE, SCA_FN_SCardListReaders, "list_again", CONTEXT, 0, INVALID_HANDLE);
    call(BELOW, SCA_FN_SCardReleaseContext, "close_session", CONTEXT, 0, OK);
    judge("mixed-provider error context 1 libpcsclite.so.1", "given upwards: told once");
    message_is("SCARDCONTEXT established by open_session(), of libpcsclite.so.1, was given to "
               "SCardListReaders() of libother.so.1 by list_readers(), which failed");
    ok(report->findings[0].telling == STORY_MISUSED, "known by the call that was wrong");
    done();

    begin();
    establish("open_session", CONTEXT);
    call(BELOW, SCA_FN_SCardListReaders, "list_readers", CONTEXT, 0, OK);
    release("close_session", CONTEXT);
    judge("mixed-provider error context 1 libother.so.1", "given downwards, which works");
    message_is("SCARDCONTEXT established by open_session(), of libother.so.1, was given to "
               "SCardListReaders() of libpcsclite.so.1 by list_readers()");
    done();

    begin();
    establish("open_session", CONTEXT);
    call(BELOW, SCA_FN_SCardReleaseContext, "close_session", CONTEXT, 0, OK);
    verdict("mixed-provider error context 1 libother.so.1", "released there: that is all");

    begin();
    establish("open_session", CONTEXT);
    call(BELOW, SCA_FN_SCardListReaders, "list_readers", CONTEXT, 0, OK);
    call(BELOW, SCA_FN_SCardReleaseContext, "close_session", CONTEXT, 0, OK);
    judge("mixed-provider error context 1 libother.so.1", "a release says more than a use");
    message_is("SCARDCONTEXT established by open_session(), of libother.so.1, was given to "
               "SCardReleaseContext() of libpcsclite.so.1 by close_session()");
    done();

    begin();
    made_by_one(BELOW, false, SCA_FN_SCardEstablishContext, 0, "open_session", CONTEXT, 0);
    made_by_one(BELOW, false, SCA_FN_SCardConnect, 1, "open_card", CARD, CONTEXT);
    call(ABOVE, SCA_FN_SCardDisconnect, "close_card", CARD, 0, INVALID_HANDLE);
    call(BELOW, SCA_FN_SCardReleaseContext, "close_session", CONTEXT, 0, OK);
    verdict("mixed-provider error card-handle 1 libpcsclite.so.1", "a card handle, in vain");

    begin();
    made_by_one(BELOW, false, SCA_FN_SCardEstablishContext, 0, "open_session", CONTEXT, 0);
    made_by_one(BELOW, false, SCA_FN_SCardListReaders, 1, "list_readers", BLOCK, CONTEXT);
    call(ABOVE, SCA_FN_SCardFreeMemory, "free_readers", BLOCK, CONTEXT, INVALID_HANDLE);
    call(BELOW, SCA_FN_SCardReleaseContext, "close_session", CONTEXT, 0, OK);
    judge("mixed-provider error autoallocate 1 libpcsclite.so.1, "
          "autoallocate-leak error autoallocate 1 libpcsclite.so.1",
          "a block, in vain: it is lost");
    same(report->findings[1].cause, report->findings[0].fingerprint, "for that cause");
    done();

    begin();
    made_by_one(BELOW, false, SCA_FN_SCardEstablishContext, 0, "open_session", CONTEXT, 0);
    made_by_one(BELOW, false, SCA_FN_SCardListReaders, 1, "list_readers", BLOCK, CONTEXT);
    call_through(SCA_FN_SCardFreeMemory, "free_readers", BLOCK, CONTEXT, OK);
    call(BELOW, SCA_FN_SCardReleaseContext, "close_session", CONTEXT, 0, OK);
    verdict("mixed-provider error autoallocate 1 libpcsclite.so.1",
            "a block, passed through: freed, and told once");

    begin();
    establish("open_session", CONTEXT);
    made_by_one(ABOVE, false, SCA_FN_SCardListReaders, 1, "list_readers", BLOCK, CONTEXT);
    call(BELOW, SCA_FN_SCardFreeMemory, "free_readers", BLOCK, CONTEXT, OK);
    release("close_session", CONTEXT);
    verdict("mixed-provider error autoallocate 1 libother.so.1", "a block, downwards");

    begin();
    establish("open_session", CONTEXT);
    made_by_one(BELOW, false, SCA_FN_SCardEstablishContext, 0, "open_other", 9, 0);
    list("list_readers", BLOCK);
    call(BELOW, SCA_FN_SCardFreeMemory, "free_readers", BLOCK, 9, OK);
    call(BELOW, SCA_FN_SCardReleaseContext, "close_other", 9, 0, OK);
    release("close_session", CONTEXT);
    verdict("mixed-provider error autoallocate 1 libother.so.1",
            "one that was passed on, downwards, with a context of that library");
}

static void test_mixed_again(void)
{
    begin();
    establish("open_session", CONTEXT);
    call(BELOW, SCA_FN_SCardListReaders, "list_readers", CONTEXT, 0, FAILED);
    call(BELOW, SCA_FN_SCardReleaseContext, "close_session", CONTEXT, 0, OK);
    judge("mixed-provider error context 1 libother.so.1",
          "a release that succeeded, after a use that failed");
    message_is("SCARDCONTEXT established by open_session(), of libother.so.1, was given to "
               "SCardReleaseContext() of libpcsclite.so.1 by close_session()");
    done();

    begin();
    establish("open_session", CONTEXT);
    call(BELOW, SCA_FN_SCardReleaseContext, "close_session", CONTEXT, 0, INVALID_HANDLE);
    call(BELOW, SCA_FN_SCardReleaseContext, "close_again", CONTEXT, 0, OK);
    verdict("mixed-provider error context 1 libother.so.1", "a release that succeeded at last");
}

static void test_not_mixed(void)
{
    struct trace_provider many[100];

    begin();
    made_by_one(BELOW, false, SCA_FN_SCardEstablishContext, 0, "open_session", 1, 0);
    made_by_one(ABOVE, false, SCA_FN_SCardEstablishContext, 0, "open_other", 1, 0);
    call(ABOVE, SCA_FN_SCardReleaseContext, "close_other", 1, 0, OK);
    call(ABOVE, SCA_FN_SCardListReaders, "list_late", 1, 0, INVALID_HANDLE);
    call(BELOW, SCA_FN_SCardReleaseContext, "close_session", 1, 0, OK);
    verdict("use-after-release error context 1 libother.so.1",
            "small numbers: its own that is gone, not another library's");

    begin();
    made_by_one(BELOW, true, SCA_FN_SCardEstablishContext, 0, "open_session", CONTEXT, 0);
    call(ABOVE, SCA_FN_SCardListReaders, "list_readers", CONTEXT, 0, OK);
    call_through(SCA_FN_SCardReleaseContext, "close_session", CONTEXT, 0, OK);
    verdict("", "the provider above was not seen to hand it out: it is its own");

    begin();
    made_by_one(BELOW, false, SCA_FN_SCardEstablishContext, 0, "open_session", CONTEXT, 0);
    call(ABOVE, SCA_FN_SCardListReaders, "list_readers", CONTEXT, 0, INVALID_HANDLE);
    call(BELOW, SCA_FN_SCardReleaseContext, "close_session", CONTEXT, 0, OK);
    events_blind_spot(&story, SCA_BLIND_DEEPBIND, 1);
    verdict("mixed-provider note context 1 libpcsclite.so.1",
            "where calls go unseen it may have the same value");

    begin();
    made_by_one(BELOW, false, SCA_FN_SCardEstablishContext, 0, "open_session", CONTEXT, 0);
    call(ABOVE, SCA_FN_SCardListReaders, "list_readers", CONTEXT, 0, INVALID_HANDLE);
    story.trace.complete = false;
    verdict("", "nothing in an incomplete trace");

    begin();
    made_by_one(BELOW, false, SCA_FN_SCardEstablishContext, 0, "open_session", CONTEXT, 0);
    call(BELOW, SCA_FN_SCardReleaseContext, "close_session", CONTEXT, 0, OK);
    call(ABOVE, SCA_FN_SCardListReaders, "list_readers", CONTEXT, 0, INVALID_HANDLE);
    verdict("use-after-release error context 1 libother.so.1", "what is gone is nobody's");

    begin();
    made_by_one(BELOW, false, SCA_FN_SCardEstablishContext, 0, "open_session", CONTEXT, 0);
    call(ABOVE, SCA_FN_SCardListReaders, "list_readers", CONTEXT, 0, OK);
    call(BELOW, SCA_FN_SCardReleaseContext, "close_session", CONTEXT, 0, OK);
    for (size_t i = 0; i < 100; i++)
        many[i] = story.providers[i < 3 ? i : 1];
    story.trace.providers = many;
    story.trace.providers_count = 100;
    judge("", "nothing where there are more providers than a process has");
    story.trace.providers_count = 3;
    done();

    begin();
    establish("open_session", CONTEXT);
    made_by_one(BELOW, false, SCA_FN_SCardEstablishContext, 0, "open_other", 9, 0);
    call_through(SCA_FN_SCardListReaders, "list_readers", CONTEXT, 0, OK);
    call(BELOW, SCA_FN_SCardListReaders, "list_others", 9, 0, OK);
    call(BELOW, SCA_FN_SCardReleaseContext, "close_other", 9, 0, OK);
    release("close_session", CONTEXT);
    verdict("", "both, each for itself");
}

/* ---- what the program did, and the books below ---------------------------------------------- */

static void test_told_above(void)
{
    begin();
    made_by_one(BELOW, false, SCA_FN_SCardEstablishContext, 0, "open_session", CONTEXT, 0);
    made_by_one(BELOW, false, SCA_FN_SCardConnect, 1, "open_card", CARD, CONTEXT);
    call_through(SCA_FN_SCardReleaseContext, "close_session", CONTEXT, 0, OK);
    verdict("mixed-provider error context 1 libpcsclite.so.1, "
            "implicit-release note card-handle 1 libpcsclite.so.1",
            "a context released by the wrong library takes its card handles along");

    begin();
    made_by_one(BELOW, false, SCA_FN_SCardEstablishContext, 0, "open_session", CONTEXT, 0);
    made_by_one(BELOW, false, SCA_FN_SCardConnect, 1, "open_card", CARD, CONTEXT);
    made_by_one(BELOW, false, SCA_FN_SCardBeginTransaction, 1, "begin", CARD, 0);
    call_through(SCA_FN_SCardDisconnect, "close_card", CARD, 0, OK);
    call(BELOW, SCA_FN_SCardReleaseContext, "close_session", CONTEXT, 0, OK);
    verdict("mixed-provider error card-handle 1 libpcsclite.so.1, "
            "implicit-release note transaction 1 libpcsclite.so.1",
            "and a card handle its transaction");

    begin();
    establish("open_session", CONTEXT);
    connect_card("open_card", CARD);
    /* one thread lists while another one releases: the provider above comes to it too late */
    thread = 2;
    add(ABOVE,
        (struct made_event){
            .function = SCA_FN_SCardListReaders, .object = CONTEXT, .at = {now, now + 20}},
        "list_readers", false);
    thread = 1;
    add(ABOVE,
        (struct made_event){
            .function = SCA_FN_SCardReleaseContext, .object = CONTEXT, .at = {now + 1, now + 10}},
        "close_session", false);
    add(BELOW,
        (struct made_event){
            .function = SCA_FN_SCardReleaseContext, .object = CONTEXT, .at = {now + 2, now + 3}},
        "close_session", true);
    thread = 2;
    add(BELOW,
        (struct made_event){.function = SCA_FN_SCardListReaders,
                            .object = CONTEXT,
                            .at = {now + 5, now + 6},
                            .result = INVALID_HANDLE},
        "list_readers", true);
    verdict("implicit-release note card-handle 1 libother.so.1",
            "calls that overlapped prove as little below");
}

static void begin_transaction(uint32_t provider, bool inside)
{
    made_by_one(provider, inside, SCA_FN_SCardBeginTransaction, 1, "begin", CARD, 0);
}

static void end_transaction(uint32_t provider, bool inside, uint64_t result)
{
    add(provider,
        (struct made_event){.function = SCA_FN_SCardEndTransaction,
                            .effect = 1,
                            .object = CARD,
                            .at = {now, now + 5},
                            .result = result},
        "end", inside);
    now += 10;
}

static void test_transactions(void)
{
    begin();
    establish("open_session", CONTEXT);
    connect_card("open_card", CARD);
    begin_transaction(BELOW, true);
    begin_transaction(ABOVE, false);
    end_transaction(ABOVE, false, OK);
    judge("context-leak error context 1 libother.so.1, "
          "handle-leak error card-handle 1 libother.so.1, "
          "transaction-leak error transaction 1 libpcsclite.so.1",
          "a transaction that the provider above did not end");
    same(report->findings[2].message,
         "transaction begun by libother.so.1+0x10 was not ended in libpcsclite.so.1: the library "
         "above did not pass that on",
         "for which the program does not stand alone");
    ok(strstr(report->findings[2].fix, "WinPR"), "and advice that helps");
    done();

    begin();
    establish("open_session", CONTEXT);
    connect_card("open_card", CARD);
    begin_transaction(BELOW, true);
    begin_transaction(ABOVE, false);
    call_through(SCA_FN_SCardDisconnect, "close_card", CARD, 0, OK);
    release("close_session", CONTEXT);
    judge("implicit-release note transaction 1 libpcsclite.so.1", "one that nobody ended");
    message_is("transaction begun by libother.so.1+0x10 was never ended; it ended when "
               "libother.so.1+0x10 disconnected its card handle");
    done();

    begin();
    establish("open_session", CONTEXT);
    connect_card("open_card", CARD);
    begin_transaction(ABOVE, false);
    made_by_one(BELOW, true, SCA_FN_SCardEstablishContext, 0, "begin", 9, 0);
    call_one(BELOW, true, SCA_FN_SCardReleaseContext, "begin", 9, 0, OK);
    now += 10;
    call_through(SCA_FN_SCardDisconnect, "close_card", CARD, 0, OK);
    release("close_session", CONTEXT);
    verdict("", "one that never was below");

    begin();
    made_by_one(BELOW, true, SCA_FN_SCardEstablishContext, 0, "list", 9, 0);
    call(BELOW, SCA_FN_SCardReleaseContext, "list", 9, 0, OK);
    made_by_one(ABOVE, false, SCA_FN_SCardEstablishContext, 0, "open_session", CONTEXT, 0);
    made_by_one(ABOVE, false, SCA_FN_SCardConnect, 1, "open_card", CARD, CONTEXT);
    begin_transaction(ABOVE, false);
    call(ABOVE, SCA_FN_SCardDisconnect, "close_card", CARD, 0, OK);
    call(ABOVE, SCA_FN_SCardReleaseContext, "close_session", CONTEXT, 0, OK);
    verdict("implicit-release note transaction 1 libother.so.1",
            "one on a card that the provider above reaches by itself");
}

/* A call that is passed on by a jump: who did that is in no stack. */
static void pass_on(enum sca_fn function, uint8_t effect, const char *where, uint64_t value,
                    uint64_t owner)
{
    bool acquires = sca_acquires(sca_functions[function].effects[effect].type);

    for (unsigned i = 0; i < 2; i++) {
        bool below = acquires == (i == 0); /* in the order of their effect */

        add(below ? BELOW : ABOVE,
            (struct made_event){.function = function,
                                .effect = effect,
                                .object = value,
                                .companion = owner,
                                .size = effect && value >= BLOCK ? 30 : 0,
                                .at = {below ? now + 1 : now, below ? now + 2 : now + 5}},
            where, false);
    }
    now += 10;
}

static void test_passed_on(void)
{
    begin();
    pass_on(SCA_FN_SCardEstablishContext, 0, "open_session", CONTEXT, 0);
    pass_on(SCA_FN_SCardConnect, 1, "open_card", CARD, CONTEXT);
    pass_on(SCA_FN_SCardTransmit, 0, "send", CARD, 0);
    pass_on(SCA_FN_SCardListReaders, 1, "list_readers", BLOCK, CONTEXT);
    pass_on(SCA_FN_SCardFreeMemory, 0, "free_readers", BLOCK, CONTEXT);
    pass_on(SCA_FN_SCardDisconnect, 0, "close_card", CARD, 0);
    pass_on(SCA_FN_SCardReleaseContext, 0, "close_session", CONTEXT, 0);
    verdict("", "passed on by a jump: nothing is mixed up");

    begin();
    pass_on(SCA_FN_SCardEstablishContext, 0, "open_session", CONTEXT, 0);
    pass_on(SCA_FN_SCardListReaders, 0, "list_readers", CONTEXT, 0);
    verdict("context-leak error context 1 libother.so.1", "and told once");

    begin();
    establish("open_session", CONTEXT);
    pass_on(SCA_FN_SCardListReaders, 0, "list_readers", CONTEXT, 0);
    release("close_session", CONTEXT);
    verdict("", "by some of the calls");

    begin();
    made_by_one(BELOW, false, SCA_FN_SCardEstablishContext, 0, "called_back", 9, 0);
    now -= 10;
    made_by_one(ABOVE, false, SCA_FN_SCardEstablishContext, 0, "open_session", CONTEXT, 0);
    call(BELOW, SCA_FN_SCardListReaders, "list_others", 9, 0, OK);
    call(BELOW, SCA_FN_SCardReleaseContext, "close_other", 9, 0, OK);
    call(ABOVE, SCA_FN_SCardReleaseContext, "close_session", CONTEXT, 0, OK);
    verdict("", "what the program does when it is called back is its own");
}

int main(void)
{
    test_leaks();
    test_misuse();
    test_blocks();
    test_mixed();
    test_mixed_again();
    test_not_mixed();
    test_told_above();
    test_transactions();
    test_passed_on();
    printf("1..%d\n", number);
    return failures != 0;
}
