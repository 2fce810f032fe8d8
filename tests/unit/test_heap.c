/* SPDX-License-Identifier: MIT */
/*
 * Blocks that are freed twice, by the wrong function, though they are none, or written to when they
 * are free: each with its correct twin, and all that must stay silent because it is not certain.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/findings/report.h"
#include "event_builder.h"
#include "made_symbols.h"
#include "tap.h"

#define OK 0
#define NO_MEMORY 12U
#define INVALID_HANDLE 0x80100003U
#define PENDING (~0ULL) /* as result: the call never came back */

#define CONTEXT 7
#define BLOCK 0x1000
#define OTHER_BLOCK 0x5000
#define BLOCK_SIZE 30

#define QUARANTINED SCA_CALL_QUARANTINED
#define RELEASING SCA_CALL_RELEASING
#define ABSORBED SCA_CALL_ABSORBED

/* ---- telling a story ------------------------------------------------------------------------ */

enum process { PARENT, CHILD, GRANDCHILD, PROCESSES };

static struct event_builder made[PROCESSES];
static bool exists[PROCESSES];
static enum process who; /* makes the calls */
static uint32_t thread, provider;
static uint64_t now, block_size;

static void make(enum process process)
{
    struct trace *trace = &made[process].trace;

    events_begin(&made[process]);
    exists[process] = true;
    who = process;
    trace->pid = 42 + process;
    trace->start_clock = now;
    free(trace->path);
    trace->path = xasprintf("traces/scardaudit.app.%u.0.trace", trace->pid);
    now += 10;
}

static void begin(void)
{
    now = 100;
    thread = provider = 1;
    block_size = BLOCK_SIZE;
    make(PARENT);
}

static void fork_off(enum process child, enum process parent)
{
    uint64_t fork = now;
    struct trace *trace = &made[child].trace;

    now += 10;
    make(child);
    trace->flags = SCA_FLAG_FORKED;
    trace->parent_clock = fork;
    free(trace->parent_trace);
    trace->parent_trace = xstrdup(strrchr(made[parent].trace.path, '/') + 1);
}

/* The same place is the same stack. */
static uint32_t stack_to(const char *where)
{
    const struct trace *trace = &made[who].trace;

    for (uint32_t i = 1; i < trace->stacks_count; i++)
        if (trace->stacks[i].frames->offset == made_offset(where))
            return i;
    return events_stack(&made[who], where, "main", NULL);
}

static void event(struct made_event event, const char *where)
{
    event.thread = thread;
    event.stack = where ? stack_to(where) : 0;
    events_add(&made[who], event);
}

/* A block is handed out. */
static void list(const char *where, uint64_t block)
{
    event((struct made_event){.function = SCA_FN_SCardListReaders,
                              .effect = 1,
                              .provider = provider,
                              .object = block,
                              .companion = CONTEXT,
                              .size = block_size,
                              .at = {now, now + 5}},
          where);
    now += 10;
}

/* A call that frees, from now to `leave`; time stays where it is. */
static void free_until(enum sca_fn function, const char *where, uint64_t block, uint8_t flags,
                       uint64_t result, uint64_t leave)
{
    bool ours = function == SCA_FN_SCardFreeMemory;

    event((struct made_event){.function = function,
                              .provider = ours ? provider : 0,
                              .object = block,
                              .companion = ours ? CONTEXT : 0,
                              .flags = flags,
                              .at = {now, result == PENDING ? 0 : leave},
                              .result = result},
          where);
}

static void give(enum sca_fn function, const char *where, uint64_t block, uint8_t flags)
{
    free_until(function, where, block, flags, OK, now + 5);
    now += 10;
}

static void give_back(const char *where, uint64_t block)
{
    give(SCA_FN_SCardFreeMemory, where, block, 0);
}

/* By a call of provider 1 that nobody saw. */
static void free_inside_provider(uint64_t block)
{
    struct trace_frame frames[] = {{2, 0x10}, {1, made_offset("main")}};

    events_add(&made[who], (struct made_event){.function = SCA_FN_free,
                                               .object = block,
                                               .stack = events_raw_stack(&made[who], frames, 2),
                                               .at = {now, now + 5}});
    now += 10;
}

static void damage(uint64_t block, uint64_t offset)
{
    event(
        (struct made_event){
            .function = SCA_FN_quarantine, .object = block, .companion = offset, .at = {now, now}},
        NULL);
    now += 10;
}

static void blind(uint32_t code)
{
    events_blind_spot(&made[who], code, 2);
}

/* ---- the verdict ---------------------------------------------------------------------------- */

static struct symbols symbols;
static struct report *report;

/* "rule severity count, ..." in the order of the report */
static void judge(const char *expected, const char *name)
{
    struct trace *traces[PROCESSES];
    size_t count = 0, size;
    char *text = NULL;
    FILE *out = open_memstream(&text, &size);

    for (unsigned i = PROCESSES; i-- > 0;)
        if (exists[i])
            traces[count++] = &made[i].trace;
    report = report_build(traces, count, &symbols, NULL);
    for (size_t i = 0; i < report->findings_count; i++) {
        const struct finding *finding = &report->findings[i];

        fprintf(out, "%s%s %s %zu", i ? ", " : "", finding->rule->name,
                severity_name(finding->severity), finding->count);
    }
    fclose(out);
    same(text, expected, name);
    free(text);
}

static void done(void)
{
    report_free(report);
    report = NULL;
    for (unsigned i = 0; i < PROCESSES; i++) {
        if (exists[i])
            events_end(&made[i]);
        exists[i] = false;
    }
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

/* "function/thread@pid" of the stacks of the first finding, "-" where there is none. */
static void stacks_are(const char *expected)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    for (unsigned i = 0; report->findings_count && i <= STORY_MISUSED; i++) {
        const struct report_place *place = &report->findings[0].places[0];
        const struct report_stack *stack = &place->stacks[i];

        if (stack->present)
            fprintf(out, "%s%s/%u@%u", i ? " " : "", stack->frames[0].function, stack->thread,
                    stack->ancestor ? stack->ancestor : place->pid);
        else
            fputs(i ? " -" : "-", out);
    }
    fclose(out);
    same(text, expected, "with its stacks");
    free(text);
}

/* ---- double-free ---------------------------------------------------------------------------- */

#define LISTED "AUTOALLOCATE block from SCardListReaders() in list_readers()"

static void test_double_free(void)
{
    const struct finding *finding;

    begin();
    list("list_readers", BLOCK);
    thread = 2;
    give_back("free_readers", BLOCK);
    thread = 3;
    give(SCA_FN_SCardFreeMemory, "clean_up", BLOCK, QUARANTINED | ABSORBED);
    judge("double-free error 1, cross-thread-free warning 1", "SCardFreeMemory twice");
    stacks_are("list_readers/1@42 free_readers/2@42 clean_up/3@42");
    message_is(LISTED " was freed by free_readers(), calling SCardFreeMemory(), and again by "
                      "clean_up(), calling SCardFreeMemory(); scardaudit did not let the second "
                      "call free it");
    finding = &report->findings[0];
    same(finding->kind, "autoallocate", "of the block's kind");
    same(finding->family, "pcsc", "family");
    same(finding->provider, "libpcsclite.so.1", "and provider");
    ok(finding->threads_count == 3 && !strcmp(finding->threads[2].name, "thread-3"),
       "with three threads");
    ok(finding->telling == STORY_MISUSED, "known by the second free");
    ok(report->resources[0].acquired == 1 && report->resources[0].released == 1, "released once");
    done();

    begin();
    list("list_readers", BLOCK);
    give_back("free_readers", BLOCK);
    give(SCA_FN_free, "clean_up", BLOCK, QUARANTINED | ABSORBED);
    judge("double-free error 1", "SCardFreeMemory, then free()");
    message_is(LISTED " was freed by free_readers(), calling SCardFreeMemory(), and again by "
                      "clean_up(), calling free(); scardaudit did not let the second call free "
                      "it");
    done();

    begin();
    list("list_readers", BLOCK);
    give_back("free_readers", BLOCK);
    give(SCA_FN_delete_array, "clean_up", BLOCK, QUARANTINED);
    judge("double-free error 1", "SCardFreeMemory, then delete[]");
    message_is(LISTED " was freed by free_readers(), calling SCardFreeMemory(), and again by "
                      "clean_up(), calling operator delete[]");
    done();

    begin();
    list("list_readers", BLOCK);
    give_back("free_readers", BLOCK);
    free_until(SCA_FN_realloc, "grow", BLOCK, QUARANTINED, NO_MEMORY, now + 5);
    verdict("double-free error 1", "SCardFreeMemory, then realloc(), whatever came of it");

    begin();
    list("list_readers", BLOCK);
    give(SCA_FN_free, "free_readers", BLOCK, 0);
    give(SCA_FN_SCardFreeMemory, "clean_up", BLOCK, QUARANTINED | ABSORBED);
    judge("mismatched-free error 1, double-free error 1", "free(), then SCardFreeMemory: both");
    ok(report->findings[1].places[0].stacks[STORY_RELEASED].function &&
           !strcmp(report->findings[1].places[0].stacks[STORY_RELEASED].function, "free"),
       "the first free of two was free()");
    done();

    begin();
    list("list_readers", BLOCK);
    give_back("free_readers", BLOCK);
    give(SCA_FN_SCardFreeMemory, "clean_up", BLOCK, QUARANTINED);
    give(SCA_FN_SCardFreeMemory, "clean_up", BLOCK, QUARANTINED);
    judge("double-free error 2", "three times");
    message_is(LISTED " was freed by free_readers(), calling SCardFreeMemory(), and again by "
                      "clean_up(), calling SCardFreeMemory(), 2 times");
    ok(report->findings[0].bytes == BLOCK_SIZE, "but it is one block");
    done();

    begin();
    list("list_readers", BLOCK);
    give_back("free_readers", BLOCK);
    list("list_again", BLOCK);
    give_back("free_again", BLOCK);
    give_back("free_nothing", 0);
    verdict("", "the twin: an address comes back and is freed again, and NULL is");
}

/* The process dies in the second free, or in the first. */
static void test_pending(void)
{
    begin();
    list("list_readers", BLOCK);
    give_back("free_readers", BLOCK);
    free_until(SCA_FN_SCardFreeMemory, "clean_up", BLOCK, QUARANTINED, PENDING, 0);
    made[PARENT].trace.end = SCA_END_NONE;
    verdict("double-free error 1", "the second free aborts the process");

    begin();
    list("list_readers", BLOCK);
    thread = 2;
    free_until(SCA_FN_SCardFreeMemory, "free_readers", BLOCK, 0, PENDING, 0);
    now += 10;
    thread = 3;
    give(SCA_FN_SCardFreeMemory, "clean_up", BLOCK, RELEASING);
    made[PARENT].trace.end = SCA_END_NONE;
    judge("double-free error 1", "the first never came back");
    stacks_are("list_readers/1@42 free_readers/2@42 clean_up/3@42");
    done();

    begin();
    list("list_readers", BLOCK);
    free_until(SCA_FN_SCardFreeMemory, "free_readers", BLOCK, 0, PENDING, 0);
    now += 10;
    give(SCA_FN_SCardFreeMemory, "clean_up", BLOCK, RELEASING);
    give(SCA_FN_free, "clean_again", BLOCK, QUARANTINED);
    judge("double-free error 1, double-free error 1", "but it stays the first");
    for (size_t i = 0; i < report->findings_count; i++)
        same(report->findings[i].places[0].stacks[STORY_RELEASED].frames[0].function,
             "free_readers", "of both");
    done();

    begin();
    list("list_readers", BLOCK);
    thread = 2;
    free_until(SCA_FN_SCardFreeMemory, "free_readers", BLOCK, 0, PENDING, 0);
    now += 10;
    thread = 3;
    give(SCA_FN_free, "clean_up", BLOCK, QUARANTINED | ABSORBED);
    verdict("double-free error 1", "nor when free() is the second");

    begin();
    list("list_readers", BLOCK);
    give_back("free_readers", BLOCK);
    free_until(SCA_FN_SCardFreeMemory, "clean_up", BLOCK, QUARANTINED, INVALID_HANDLE, now + 5);
    judge("double-free error 1", "the second free fails");
    message_is(LISTED " was freed by free_readers(), calling SCardFreeMemory(), and again by "
                      "clean_up(), calling SCardFreeMemory(), which failed");
    done();
}

static void test_overlap(void)
{
    begin();
    list("list_readers", BLOCK);
    thread = 1;
    free_until(SCA_FN_SCardFreeMemory, "free_readers", BLOCK, 0, OK, now + 50);
    now += 10;
    thread = 2;
    give(SCA_FN_SCardFreeMemory, "clean_up", BLOCK, RELEASING | ABSORBED);
    verdict("double-free error 1", "freed while it was being freed");

    begin();
    list("list_readers", BLOCK);
    free_until(SCA_FN_SCardFreeMemory, "free_readers", BLOCK, 0, OK, now + 50);
    now += 10;
    thread = 2;
    give(SCA_FN_free, "clean_up", BLOCK, 0);
    verdict("double-free error 1", "by two threads at once, of which one calls free()");

    begin();
    list("list_readers", BLOCK);
    free_until(SCA_FN_SCardFreeMemory, "free_readers", BLOCK, 0, OK, now + 50);
    now += 10;
    give(SCA_FN_SCardFreeMemory, "clean_up", BLOCK, 0);
    verdict("", "overlapping calls of which none says so");

    begin();
    list("list_readers", BLOCK);
    free_until(SCA_FN_SCardFreeMemory, "free_readers", BLOCK, 0, INVALID_HANDLE, now + 50);
    now += 10;
    give(SCA_FN_SCardFreeMemory, "clean_up", BLOCK, RELEASING);
    verdict("", "freed while another call was about to fail");
}

/* The block has left the quarantine. */
static void test_late(void)
{
    begin();
    list("list_readers", BLOCK);
    give_back("free_readers", BLOCK);
    give_back("clean_up", BLOCK);
    judge("double-free error 1", "freed again long after");
    message_is(LISTED " was freed by free_readers(), calling SCardFreeMemory(), and again by "
                      "clean_up(), calling SCardFreeMemory(); in between its memory may have "
                      "become the program's own");
    done();

    begin();
    list("list_readers", BLOCK);
    give_back("free_readers", BLOCK);
    give_back("clean_up", BLOCK);
    blind(SCA_BLIND_HIDDEN);
    verdict("double-free note 1", "a note where it may have been handed out again unseen");

    begin();
    list("list_readers", BLOCK);
    give_back("free_readers", BLOCK);
    give(SCA_FN_SCardFreeMemory, "clean_up", BLOCK, QUARANTINED);
    blind(SCA_BLIND_HIDDEN);
    verdict("double-free error 1", "but in quarantine it cannot have been");

    begin();
    list("list_readers", BLOCK);
    give_back("free_readers", BLOCK);
    give_back("clean_up", BLOCK);
    made[PARENT].trace.complete = false;
    verdict("", "nothing in an incomplete trace");

    begin();
    list("list_readers", BLOCK);
    give_back("free_readers", BLOCK);
    give(SCA_FN_free, "clean_up", BLOCK, 0);
    made[PARENT].trace.complete = false;
    verdict("", "nor where that it was handed out again may be missing");

    begin();
    list("list_readers", BLOCK);
    give_back("free_readers", BLOCK);
    give(SCA_FN_SCardFreeMemory, "clean_up", BLOCK, QUARANTINED);
    made[PARENT].trace.complete = false;
    verdict("double-free error 1", "but what is in quarantine is certain there, too");

    begin();
    list("list_readers", BLOCK);
    give(SCA_FN_free, "clean_up", BLOCK, QUARANTINED);
    judge("double-free error 1", "also where the first free is missing");
    stacks_are("list_readers/1@42 - clean_up/1@42");
    message_is(LISTED " was freed, and again by clean_up(), calling free()");
    done();

    begin();
    list("list_readers", BLOCK);
    give_back("free_readers", BLOCK);
    provider = 2;
    list("list_other", BLOCK);
    provider = 1;
    give_back("clean_up", BLOCK);
    provider = 2;
    give_back("free_other", BLOCK);
    verdict("mixed-provider error 1", "another provider's block at that address is another matter");

    begin();
    list("list_readers", BLOCK);
    give_back("free_readers", BLOCK);
    provider = 2;
    list("list_other", BLOCK);
    give_back("free_other", BLOCK);
    provider = 1;
    give(SCA_FN_free, "clean_up", BLOCK, QUARANTINED);
    judge("double-free error 1", "of two providers' blocks the later one is meant");
    stacks_are("list_other/1@42 free_other/1@42 clean_up/1@42");
    same(report->findings[0].provider, "libother.so.1", "with its provider");
    done();
}

/* ---- mismatched-free ------------------------------------------------------------------------ */

static void test_mismatched(void)
{
    begin();
    list("list_readers", BLOCK);
    thread = 2;
    give(SCA_FN_free, "clean_up", BLOCK, 0);
    judge("mismatched-free error 1", "free() of a live block, and nothing else");
    stacks_are("list_readers/1@42 - clean_up/2@42");
    message_is(LISTED " was given to free() instead of SCardFreeMemory by clean_up()");
    same(report->findings[0].family, "pcsc", "of the block's family");
    ok(report->findings[0].telling == STORY_MISUSED, "known by what freed it");
    ok(report->resources_count == 1 && report->resources[0].live == 0, "it is not live any more");
    ok(report_calls(report) == 0, "and no call of PC/SC");
    done();

    begin();
    list("list_readers", BLOCK);
    list("list_readers", OTHER_BLOCK);
    give(SCA_FN_delete, "clean_up", BLOCK, 0);
    judge("mismatched-free error 1, autoallocate-leak error 1", "delete, and another one leaks");
    message_is(LISTED " was given to operator delete instead of SCardFreeMemory by clean_up()");
    ok(report->findings[1].siblings_released == 0, "that is no release of a sibling");
    done();

    begin();
    list("list_readers", BLOCK);
    free_until(SCA_FN_reallocarray, "grow", BLOCK, 0, NO_MEMORY, now + 5);
    judge("mismatched-free error 1, autoallocate-leak error 1",
          "a reallocation that fails leaves it live");
    message_is(LISTED " was given to reallocarray() instead of SCardFreeMemory by grow(), which "
                      "failed");
    done();

    begin();
    list("list_readers", BLOCK);
    free_until(SCA_FN_realloc, "grow", BLOCK, 0, PENDING, 0);
    made[PARENT].trace.end = SCA_END_NONE;
    judge("mismatched-free error 1", "one that never came back is all there is to tell");
    message_is(LISTED " was given to realloc() instead of SCardFreeMemory by grow()");
    done();

    begin();
    list("list_readers", BLOCK);
    free_until(SCA_FN_free, "clean_up", BLOCK, 0, PENDING, 0);
    now += 10;
    give(SCA_FN_SCardFreeMemory, "clean_again", BLOCK, QUARANTINED | ABSORBED);
    made[PARENT].trace.end = SCA_END_NONE;
    judge("mismatched-free error 1, double-free error 1", "of two frees the first is still at it");
    same(report->findings[1].places[0].stacks[STORY_RELEASED].frames[0].function, "clean_up",
         "and was the first");
    done();

    begin();
    list("list_readers", BLOCK);
    free_until(SCA_FN_realloc, "grow", BLOCK, 0, BLOCK, now + 5);
    now += 10;
    give_back("clean_up", BLOCK);
    verdict("mismatched-free error 1", "what realloc() returned at that place is another block");

    begin();
    list("list_readers", BLOCK);
    free_until(SCA_FN_realloc, "grow", BLOCK, 0, OTHER_BLOCK, now + 5);
    now += 10;
    give_back("clean_up", BLOCK);
    verdict("mismatched-free error 1, double-free error 1",
            "it was freed where realloc() moved it");

    begin();
    list("list_readers", BLOCK);
    give(SCA_FN_free, "clean_up", BLOCK, 0);
    blind(SCA_BLIND_DEEPBIND);
    verdict("mismatched-free note 1", "a note where it may have been freed unseen");

    begin();
    list("list_readers", BLOCK);
    give(SCA_FN_free, "clean_up", BLOCK, 0);
    list("list_again", BLOCK);
    give_back("free_readers", BLOCK);
    verdict("mismatched-free error 1", "the address is handed out again");

    begin();
    list("list_inside", BLOCK);
    provider = 2;
    list("list_readers", BLOCK);
    give(SCA_FN_free, "clean_up", BLOCK, 0);
    judge("mismatched-free error 1", "a block that one provider has from another is one block");
    stacks_are("list_readers/1@42 - clean_up/1@42");
    same(report->findings[0].provider, "libother.so.1", "of the one that the program had it from");
    done();

    begin();
    list("list_readers", BLOCK);
    list("list_readers", OTHER_BLOCK);
    free_inside_provider(BLOCK);
    give_back("free_readers", OTHER_BLOCK);
    verdict("", "a provider frees its own blocks as it likes");

    begin();
    list("list_readers", BLOCK);
    free_until(SCA_FN_SCardFreeMemory, "free_readers", BLOCK, 0, INVALID_HANDLE, now + 15);
    now += 10;
    free_until(SCA_FN_SCardFreeMemory, "free_readers", BLOCK, RELEASING, OK, now + 50);
    now += 10;
    free_inside_provider(BLOCK);
    verdict("", "also where a call that failed meanwhile had it live again");

    begin();
    provider = 2;
    list("list_readers", BLOCK);
    free_inside_provider(BLOCK);
    verdict("mismatched-free error 1", "but not another one's");

    begin();
    give(SCA_FN_free, "clean_up", BLOCK, 0);
    give(SCA_FN_free, "clean_up", BLOCK, QUARANTINED);
    damage(BLOCK, 3);
    verdict("", "a block that the trace does not know");

    begin();
    list("list_readers", BLOCK);
    give_back("clean_up", BLOCK);
    verdict("", "the twin");
}

/* ---- invalid-free --------------------------------------------------------------------------- */

static void test_never_handed_out(void)
{
    begin();
    give_back("clean_up", BLOCK);
    judge("invalid-free error 1", "an address that was never handed out");
    stacks_are("- - clean_up/1@42");
    message_is("clean_up() called SCardFreeMemory() with an address that was never handed out");
    ok(strstr(report->findings[0].fix, "goes to free()"), "memory of one's own is for free()");
    same(report->findings[0].provider, "libpcsclite.so.1", "with the provider that was called");
    ok(report->findings[0].telling == STORY_MISUSED, "known by what freed it");
    done();

    begin();
    free_until(SCA_FN_SCardFreeMemory, "clean_up", BLOCK, 0, PENDING, 0);
    verdict("invalid-free error 1", "also when the process dies of it");

    begin();
    give_back("clean_up", BLOCK);
    blind(SCA_BLIND_DEEPBIND);
    verdict("invalid-free note 1", "a note where it may have been handed out unseen");

    begin();
    give_back("clean_up", BLOCK);
    blind(SCA_BLIND_HEAP);
    verdict("invalid-free error 1", "which an unwatched heap has nothing to do with");

    begin();
    give_back("clean_up", BLOCK);
    made[PARENT].trace.complete = false;
    verdict("", "nothing in an incomplete trace");

    begin();
    list("list_readers", BLOCK);
    provider = 2;
    give_back("clean_up", BLOCK);
    provider = 1;
    give_back("free_readers", BLOCK);
    verdict("mixed-provider error 1", "another provider's block is not unknown");
}

static void test_inside(void)
{
    begin();
    list("list_readers", BLOCK);
    free_until(SCA_FN_SCardFreeMemory, "clean_up", BLOCK + 11, 0, INVALID_HANDLE, now + 5);
    judge("invalid-free error 1, autoallocate-leak error 1", "an address inside a block");
    stacks_are("list_readers/1@42 - clean_up/1@42");
    message_is("clean_up() called SCardFreeMemory() with an address 11 bytes into the " LISTED
               "; the call failed");
    same(report->findings[1].cause, report->findings[0].fingerprint, "is why the block leaks");
    same(report->findings[0].fix, report->findings[0].rule->fix, "where the block's start helps");
    done();

    begin();
    list("list_readers", BLOCK);
    free_until(SCA_FN_SCardFreeMemory, "clean_up", BLOCK + 1, 0, PENDING, 0);
    made[PARENT].trace.end = SCA_END_NONE;
    judge("invalid-free error 1", "and not told in addition where the process died of it");
    message_is("clean_up() called SCardFreeMemory() with an address 1 byte into the " LISTED);
    done();

    begin();
    list("list_readers", BLOCK);
    give_back("free_readers", BLOCK);
    give_back("clean_up", BLOCK + BLOCK_SIZE - 1);
    judge("invalid-free error 1", "inside a block that was freed");
    stacks_are("list_readers/1@42 free_readers/1@42 clean_up/1@42");
    message_is("clean_up() called SCardFreeMemory() with an address 29 bytes into the " LISTED
               ", which free_readers() had freed");
    done();

    begin();
    list("list_readers", BLOCK);
    block_size = 1000;
    list("list_large", OTHER_BLOCK);
    give_back("clean_up", BLOCK + BLOCK_SIZE);
    give_back("free_readers", BLOCK);
    give_back("free_large", OTHER_BLOCK);
    judge("invalid-free error 1", "but not behind its end");
    stacks_are("- - clean_up/1@42");
    done();

    begin();
    list("list_readers", BLOCK);
    give_back("free_readers", BLOCK);
    list("list_inner", BLOCK + 8);
    give_back("clean_up", BLOCK + 24);
    give_back("clean_up", BLOCK + 16);
    give_back("free_inner", BLOCK + 8);
    judge("invalid-free error 2", "of two blocks it is the live one");
    message_is("clean_up() called SCardFreeMemory() with an address inside the AUTOALLOCATE block "
               "from SCardListReaders() in list_inner(), 2 times");
    done();

    begin();
    block_size = 4000;
    list("list_readers", BLOCK);
    give_back("free_readers", BLOCK);
    block_size = BLOCK_SIZE;
    list("list_inner", BLOCK + 8);
    give_back("clean_up", BLOCK + 200);
    give_back("free_inner", BLOCK + 8);
    judge("invalid-free error 1", "behind the live one it is the other");
    stacks_are("list_readers/1@42 free_readers/1@42 clean_up/1@42");
    done();

    begin();
    block_size = ~0ULL;
    list("list_readers", BLOCK);
    give_back("clean_up", BLOCK + 4095);
    give_back("clean_up_far", BLOCK + 5000);
    give_back("free_readers", BLOCK);
    judge("invalid-free error 1, invalid-free error 1", "far inside it is not looked for");
    ok(!strstr(report->findings[0].message, "bytes into") !=
           !strstr(report->findings[1].message, "bytes into"),
       "and only of the one said where");
    done();

    begin();
    list("list_readers", BLOCK);
    give_back("clean_up", BLOCK + 8);
    give_back("free_readers", BLOCK);
    blind(SCA_BLIND_HIDDEN);
    verdict("invalid-free error 1", "no block begins inside a live one, whoever watches");

    begin();
    list("list_readers", BLOCK);
    give_back("free_readers", BLOCK);
    give_back("clean_up", BLOCK + 8);
    blind(SCA_BLIND_HIDDEN);
    verdict("invalid-free note 1", "but inside one that is free");
}

/* ---- write-after-free ----------------------------------------------------------------------- */

static void test_damage(void)
{
    begin();
    list("list_readers", BLOCK);
    thread = 2;
    give(SCA_FN_free, "free_readers", BLOCK, 0);
    thread = 3;
    damage(BLOCK, 4);
    judge("mismatched-free error 1, write-after-free error 1", "a freed block was written to");
    same(report->findings[1].message,
         LISTED " was written to, at offset 4, after free_readers() had freed it",
         "and a sentence");
    ok(report->findings[1].bytes == BLOCK_SIZE, "with the bytes of the block");
    done();

    begin();
    for (uint64_t i = 0; i < 2; i++) {
        list("list_readers", BLOCK + 0x100 * i);
        give_back("free_readers", BLOCK + 0x100 * i);
        damage(BLOCK + 0x100 * i, i);
    }
    judge("write-after-free error 2", "two of them");
    stacks_are("list_readers/1@42 free_readers/1@42 -");
    message_is(LISTED " was written to after free_readers() had freed it, 2 times");
    done();

    begin();
    list("list_readers", BLOCK);
    give_back("free_readers", BLOCK);
    damage(BLOCK, 1);
    fork_off(CHILD, PARENT);
    list("list_readers", BLOCK);
    give_back("free_readers", BLOCK);
    damage(BLOCK, 2);
    judge("write-after-free error 2", "in two processes");
    message_is(LISTED " was written to after free_readers() had freed it, 2 times");
    done();

    begin();
    list("list_readers", BLOCK);
    free_until(SCA_FN_SCardFreeMemory, "free_readers", BLOCK, 0, PENDING, 0);
    now += 10;
    damage(BLOCK, 0);
    verdict("write-after-free error 1", "freed by a call that never came back");

    begin();
    list("list_readers", BLOCK);
    damage(BLOCK, 0);
    give_back("free_readers", BLOCK);
    verdict("", "not where that it was freed is missing");
}

/* ---- forked children ------------------------------------------------------------------------ */

static void test_inherited(void)
{
    begin();
    list("list_readers", BLOCK);
    fork_off(CHILD, PARENT);
    give(SCA_FN_free, "clean_up", BLOCK, 0);
    who = PARENT;
    give_back("free_readers", BLOCK);
    judge("mismatched-free error 1", "a child gives its copy of a block to free()");
    stacks_are("list_readers/1@42 - clean_up/1@43");
    message_is(LISTED " was given to free() instead of SCardFreeMemory by clean_up(), in a process "
                      "forked from process 42");
    same(report->findings[0].provider, "libpcsclite.so.1", "with the block's provider");
    done();

    begin();
    list("list_readers", BLOCK);
    fork_off(CHILD, PARENT);
    made[CHILD].trace.providers_count = 1; /* it called none */
    give(SCA_FN_free, "clean_up", BLOCK, 0);
    who = PARENT;
    give_back("free_readers", BLOCK);
    judge("mismatched-free error 1", "also where the child called no provider");
    same(report->findings[0].provider, "libpcsclite.so.1", "with the block's provider");
    same(report->findings[0].family, "pcsc", "and family");
    made[CHILD].trace.providers_count = 3;
    done();

    begin();
    list("list_readers", BLOCK);
    fork_off(CHILD, PARENT);
    give_back("free_copy", BLOCK);
    who = PARENT;
    give_back("free_readers", BLOCK);
    verdict("", "the twin: each frees its own copy");

    begin();
    list("list_readers", BLOCK);
    fork_off(CHILD, PARENT);
    give_back("free_copy", BLOCK);
    give(SCA_FN_free, "clean_up", BLOCK, QUARANTINED);
    who = PARENT;
    give_back("free_readers", BLOCK);
    judge("double-free error 1", "a child frees its copy twice");
    stacks_are("list_readers/1@42 free_copy/1@43 clean_up/1@43");
    done();

    begin();
    provider = 2;
    list("list_readers", BLOCK);
    fork_off(CHILD, PARENT);
    free_until(SCA_FN_realloc, "grow", BLOCK, 0, NO_MEMORY, now + 5);
    now += 10;
    give_back("free_copy", BLOCK);
    give(SCA_FN_free, "clean_up", BLOCK, QUARANTINED);
    who = PARENT;
    give_back("free_readers", BLOCK);
    judge("mismatched-free error 1, double-free error 1",
          "the allocator and the provider mean one block");
    same(report->findings[1].places[0].stacks[STORY_RELEASED].frames[0].function, "free_copy",
         "that the provider freed");
    done();

    begin();
    list("list_readers", BLOCK);
    give_back("free_readers", BLOCK);
    fork_off(CHILD, PARENT);
    give(SCA_FN_free, "clean_up", BLOCK, QUARANTINED);
    judge("double-free error 1", "freed by the parent before the fork");
    stacks_are("list_readers/1@42 free_readers/1@42 clean_up/1@43");
    message_is(LISTED " was freed by free_readers(), calling SCardFreeMemory(), and again by "
                      "clean_up(), calling free(), in a process forked from process 42");
    done();

    begin();
    list("list_readers", BLOCK);
    give_back("free_readers", BLOCK);
    fork_off(CHILD, PARENT);
    list("list_own", OTHER_BLOCK);
    give_back("clean_up", BLOCK);
    give_back("free_own", OTHER_BLOCK);
    judge("double-free note 1", "a note where only the time of the fork tells");
    stacks_are("list_readers/1@42 free_readers/1@42 clean_up/1@43");
    done();

    begin();
    list("list_readers", BLOCK);
    give_back("free_readers", BLOCK);
    fork_off(CHILD, PARENT);
    give(SCA_FN_free, "clean_up", BLOCK, 0);
    verdict("double-free note 1", "to which free() does not say that it was freed");

    begin();
    list("list_readers", BLOCK);
    give_back("free_readers", BLOCK);
    fork_off(CHILD, PARENT);
    damage(BLOCK, 5);
    judge("write-after-free error 1", "and written to by the child");
    message_is(LISTED " was written to, at offset 5, after free_readers() had freed it, in a "
                      "process forked from process 42");
    done();

    begin();
    list("list_readers", BLOCK);
    give_back("free_readers", BLOCK);
    fork_off(CHILD, PARENT);
    give(SCA_FN_free, "clean_up", BLOCK, QUARANTINED);
    give_back("free_nothing", 0);
    fork_off(GRANDCHILD, CHILD);
    give(SCA_FN_free, "clean_again", BLOCK, QUARANTINED);
    judge("double-free error 1, double-free error 1", "by its child and by a child of that");
    for (size_t i = 0; i < report->findings_count; i++)
        same(report->findings[i].places[0].stacks[STORY_RELEASED].frames[0].function,
             "free_readers", "which are told who freed it");
    done();

    begin();
    list("list_readers", BLOCK);
    fork_off(CHILD, PARENT);
    fork_off(GRANDCHILD, CHILD);
    give(SCA_FN_free, "clean_up", BLOCK, 0);
    who = PARENT;
    give_back("free_readers", BLOCK);
    judge("mismatched-free error 1", "inherited through two forks");
    stacks_are("list_readers/1@42 - clean_up/1@44");
    done();
}

static void test_not_inherited(void)
{
    begin();
    fork_off(CHILD, PARENT);
    give_back("clean_up", BLOCK);
    verdict("invalid-free error 1", "neither parent nor child was handed it out");

    begin();
    blind(SCA_BLIND_DEEPBIND);
    fork_off(CHILD, PARENT);
    give_back("clean_up", BLOCK);
    verdict("invalid-free note 1", "a note where the parent may have been, unseen");

    begin();
    fork_off(CHILD, PARENT);
    give_back("clean_up", BLOCK);
    exists[PARENT] = false;
    judge("", "unless the parent's trace is not there");
    exists[PARENT] = true;
    done();

    begin();
    list("list_readers", BLOCK);
    fork_off(CHILD, PARENT);
    now += 10;
    who = PARENT;
    give_back("free_readers", BLOCK);
    list("list_again", BLOCK);
    give_back("free_again", BLOCK);
    who = CHILD;
    give_back("free_copy", BLOCK);
    verdict("", "what became of the address in the parent afterwards hides what was at the fork");

    begin();
    list("list_readers", BLOCK);
    free_until(SCA_FN_SCardFreeMemory, "free_readers", BLOCK, 0, OK, now + 100);
    now += 10;
    fork_off(CHILD, PARENT);
    give(SCA_FN_free, "clean_up", BLOCK, 0);
    verdict("", "it was being freed at the fork");
}

/* ---- what else there is to know ------------------------------------------------------------- */

static void test_words(void)
{
    begin();
    list("list_readers", BLOCK);
    give_back("free_readers", BLOCK);
    blind(SCA_BLIND_HEAP);
    events_blind_spot(&made[who], SCA_BLIND_HEAP, 0);
    blind(SCA_BLIND_FREES);
    events_blind_spot(&made[who], SCA_BLIND_NO_ROOM, 0);
    judge("", "blind spots of the heap");
    for (size_t i = 0; i < report->processes[0].blind_spots_count; i++)
        same(report->processes[0].blind_spots[i].code, "heap-blind", "have one code");
    same(report->processes[0].blind_spots[0].message,
         "/usr/lib/libpcsclite.so.1 defines free() before scardaudit: free(), realloc() and delete "
         "are not watched: a block given to them instead of its own deallocator counts as leaked",
         "and say whose free() it is");
    same(report->processes[0].blind_spots[1].message,
         "free(), realloc() and delete are not watched: a block given to them instead of its own "
         "deallocator counts as leaked",
         "where that is known");
    done();
}

static void test_calls(void)
{
    begin();
    event((struct made_event){.function = SCA_FN_SCardListReaders,
                              .object = CONTEXT,
                              .at = {now, now + 5},
                              .result = INVALID_HANDLE},
          "list_readers");
    give(SCA_FN_free, "clean_up", BLOCK, 0);
    judge("use-after-release error 1", "the only call of PC/SC failed");
    ok(report->processes[0].calls == 1 && report->processes[0].all_failed,
       "what the allocator is given is none");
    done();
}

/* No story: whatever a hostile trace says of the allocator is survived. */
static void test_hostile(void)
{
    static const enum sca_fn functions[] = {SCA_FN_free, SCA_FN_realloc, SCA_FN_quarantine,
                                            SCA_FN_SCardFreeMemory};
    static const uint64_t addresses[] = {0, 1, BLOCK, BLOCK + 8, ~0ULL};

    begin();
    for (uint32_t i = 0; i < 2000; i++) {
        uint32_t dice = i * 2654435761U >> 16;

        thread = 1 + dice % 3;
        provider = 1 + dice / 3 % 2;
        if (dice % 5 == 0) {
            event((struct made_event){.function = SCA_FN_SCardListReaders,
                                      .effect = 1,
                                      .provider = provider,
                                      .object = addresses[dice / 7 % 5],
                                      .size = dice % 2 ? ~0ULL : 8,
                                      .at = {now, now + 5}},
                  NULL);
        } else {
            event((struct made_event){.function = functions[dice / 5 % 4],
                                      .provider = dice % 2 ? provider : 0,
                                      .object = addresses[dice / 11 % 5],
                                      .companion = dice,
                                      .flags = dice / 13 % 16,
                                      .at = {now, dice % 3 ? now + dice % 100 : 0},
                                      .result = dice % 4},
                  NULL);
        }
        now += dice % 20;
        if (i == 1000)
            fork_off(CHILD, PARENT);
    }
    report = report_build((struct trace *[]){&made[CHILD].trace, &made[PARENT].trace}, 2, &symbols,
                          NULL);
    ok(report->processes_count == 2, "nonsense is survived");
    done();
}

/* ---- blocks of RPC stub memory -------------------------------------------------------------- */

static void rpc_call(enum sca_fn function, uint8_t effect, const char *where, uint64_t object)
{
    event((struct made_event){.function = function,
                              .effect = effect,
                              .provider = provider,
                              .object = object,
                              .size = effect ? BLOCK_SIZE : 0,
                              .at = {now, now + 5}},
          where);
    now += 10;
}

static void enable_and_allocate(void)
{
    made[who].providers[1].family = SCA_FAMILY_RPC;
    rpc_call(SCA_FN_RpcSmEnableAllocate, 0, "serve", 0x9000);
    rpc_call(SCA_FN_RpcSmAllocate, 0, "reply", 0);
    rpc_call(SCA_FN_RpcSmAllocate, 1, "reply", BLOCK);
}

static void give_all_back(void)
{
    rpc_call(SCA_FN_RpcSmFree, 0, "done_with", BLOCK);
    rpc_call(SCA_FN_RpcSmDisableAllocate, 0, "serve", 0);
}

static void test_inherited_environment(void)
{
    begin();
    enable_and_allocate();
    fork_off(CHILD, PARENT);
    made[CHILD].providers[1].family = SCA_FAMILY_RPC;
    give_all_back();
    who = PARENT;
    give_all_back();
    verdict("", "a child has its own copy of an environment");

    begin();
    enable_and_allocate();
    fork_off(CHILD, PARENT);
    made[CHILD].providers[1].family = SCA_FAMILY_RPC;
    give(SCA_FN_free, "child_main", BLOCK, 0);
    rpc_call(SCA_FN_RpcSmSetThreadHandle, 0, "child_main", 0x9000);
    rpc_call(SCA_FN_RpcSmAllocate, 0, "child_main", 0);
    who = PARENT;
    give_all_back();
    verdict("", "and what it does with that is not judged");

    begin();
    enable_and_allocate();
    give_all_back();
    fork_off(CHILD, PARENT);
    made[CHILD].providers[1].family = SCA_FAMILY_RPC;
    rpc_call(SCA_FN_RpcSmEnableAllocate, 0, "child_main", 0x9000);
    verdict("rpc-environment-leak error 1", "one that it enabled itself is its own");
}

int main(void)
{
    test_double_free();
    test_pending();
    test_overlap();
    test_late();
    test_mismatched();
    test_never_handed_out();
    test_inside();
    test_damage();
    test_inherited();
    test_not_inherited();
    test_words();
    test_calls();
    test_hostile();
    test_inherited_environment();
    printf("1..%d\n", number);
    return failures != 0;
}
