/* SPDX-License-Identifier: MIT */
/* Who calls the host after its packages were shut down: use-after-shutdown, and what is none. */
#include "lsa_story.h"

#define TABLE 0x7000
#define SECOND_TABLE 0x7200
#define OTHER_TABLE 0x8000
#define SECTION 0x100000
#define HEAP 0x5000

static void test_late(void)
{
    start();
    initialize(TABLE, CODE + 8);
    heap_allocate("logon", HEAP);
    shut_down(TABLE);
    heap_give("worker", HEAP);
    judge("use-after-shutdown error 1", "a call after Shutdown");
    stacks_are(0, "-", "unload", "worker", "who called, and who had shut it down");
    same(report->findings[0].kind, "lsa-heap-block", "of the kind that the function is for");
    message_is(0, "worker() called FreeLsaHeap() after unload() had shut its security package down",
               "says so");
    done();

    start();
    initialize(TABLE, CODE);
    shut_down(TABLE);
    create("worker", SECTION);
    heap_allocate("worker", HEAP);
    judge("use-after-shutdown error 1, use-after-shutdown error 1, lsa-section-leak error 1, "
          "lsa-block-leak error 1",
          "what it gets then is lost");
    caused_by(2, 0, "by that");
    caused_by(3, 1, "each by its own call");
    done();

    start();
    initialize(TABLE, CODE);
    create("load", SECTION);
    delete_section("unload", SECTION);
    shut_down(TABLE);
    allocate("worker", SECTION, 0);
    judge("use-after-shutdown error 1, use-after-release error 1", "what is wrong besides");
    caused_by(1, 0, "follows from it");
    done();
}

static void test_in_time(void)
{
    start();
    heap_allocate("load", HEAP);
    initialize(TABLE, CODE);
    heap_give("unload", HEAP);
    shut_down(TABLE);
    verdict("", "before it, whatever the package does");

    start();
    initialize(TABLE, CODE);
    heap_allocate("logon", HEAP);
    shut_down(TABLE);
    latest()->leave += 20;
    heap_give("in_shutdown", HEAP);
    verdict("", "during Shutdown");

    start();
    initialize(TABLE, CODE);
    heap_allocate("logon", HEAP);
    effect(SCA_FN_SpShutdown, 0, from(2, "unload"), TABLE, 0, PENDING, 0);
    heap_give("in_shutdown", HEAP);
    verdict("", "or where that never returns");

    start();
    initialize(TABLE, CODE);
    shut_down(TABLE);
    initialize(TABLE, CODE);
    heap_allocate("logon", HEAP);
    heap_give("logon", HEAP);
    shut_down(TABLE);
    verdict("", "one that was initialized again");

    start();
    initialize(TABLE, CODE);
    shut_down(TABLE);
    initialize(TABLE, CODE);
    latest()->leave += 40;
    heap_allocate("in_initialize", HEAP);
    heap_give("in_initialize", HEAP);
    now += 40;
    shut_down(TABLE);
    verdict("", "or is about to be");

    start();
    initialize(TABLE, CODE);
    shut_down(TABLE);
    initialize_with(TABLE, CODE, FAILED);
    heap_allocate("late", HEAP);
    heap_give("late", HEAP);
    verdict("use-after-shutdown error 1, use-after-shutdown error 1", "not one that failed");

    start();
    initialize_with(TABLE, CODE, FAILED);
    heap_allocate("late", HEAP);
    heap_give("late", HEAP);
    shut_down(TABLE);
    heap_allocate("late", HEAP);
    heap_give("late", HEAP);
    verdict("", "nor one that never lived");
}

static void test_several(void)
{
    start();
    initialize(TABLE, CODE);
    initialize(SECOND_TABLE, CODE + 16);
    shut_down(TABLE);
    heap_allocate("logon", HEAP);
    heap_give("logon", HEAP);
    shut_down(SECOND_TABLE);
    heap_give("late", 0);
    verdict("use-after-shutdown error 1", "the last one in an object counts");

    start();
    initialize(TABLE, CODE);
    initialize(OTHER_TABLE, OTHER_CODE);
    shut_down(TABLE);
    heap_allocate_from(from(3, "other"), HEAP);
    effect(SCA_FN_FreeLsaHeap, 0, from(3, "other"), HEAP, 0, OK, 0);
    verdict("", "another object's are alive");

    start();
    initialize(TABLE, CODE);
    initialize(OTHER_TABLE, OTHER_CODE);
    shut_down(OTHER_TABLE);
    heap_allocate_from(from(3, "other"), HEAP);
    effect(SCA_FN_FreeLsaHeap, 0, from(2, "host_takes_it"), HEAP, 0, OK, 0);
    shut_down(TABLE);
    verdict("use-after-shutdown error 1", "or dead, and the host may do as it likes");
}

/* A library of the package's calls for it; or for another one. */
static void test_behind(void)
{
    struct trace_frame through_package[] = {{0, 0x10}, {1, made_offset("worker")}};
    struct trace_frame through_other[] = {
        {0, 0x10}, {3, made_offset("other")}, {1, made_offset("worker")}};
    struct trace_frame through_none[] = {{0, 0x10}, {2, made_offset("host_main")}};

    start();
    initialize(TABLE, CODE);
    initialize(OTHER_TABLE, OTHER_CODE);
    shut_down(TABLE);
    heap_allocate_from(events_raw_stack(&story, through_package, 2), 0);
    heap_allocate_from(events_raw_stack(&story, through_other, 3), 0);
    heap_allocate_from(events_raw_stack(&story, through_none, 2), 0);
    heap_allocate_from(0, 0);
    verdict("use-after-shutdown error 1", "the innermost object with packages tells");
}

static void test_reloaded(void)
{
    start();
    free(story.modules[3].path);
    story.modules[3].path = xstrdup("/usr/bin/app"); /* module 1, loaded again elsewhere */
    initialize(TABLE, CODE);
    shut_down(TABLE);
    initialize(OTHER_TABLE, OTHER_CODE);
    heap_allocate_from(from(3, "logon"), HEAP);
    effect(SCA_FN_FreeLsaHeap, 0, from(3, "logon"), HEAP, 0, OK, 0);
    shut_down(OTHER_TABLE);
    effect(SCA_FN_FreeLsaHeap, 0, from(3, "late"), 0, 0, OK, 0);
    verdict("use-after-shutdown error 1", "an object that is loaded again is alive again");

    start();
    free(story.modules[3].path);
    story.modules[3].path = xstrdup("/usr/bin/app");
    story.modules[3].start = CODE;
    story.modules[3].end = CODE + 0x1000;
    initialize(TABLE, CODE);
    shut_down(TABLE);
    initialize(SECOND_TABLE, CODE + 16);
    heap_allocate_from(from(3, "logon"), HEAP);
    effect(SCA_FN_FreeLsaHeap, 0, from(3, "logon"), HEAP, 0, OK, 0);
    shut_down(SECOND_TABLE);
    verdict("", "also at the same address");

    start();
    story.modules[3].start = CODE;
    story.modules[3].end = CODE + 0x1000;
    initialize(TABLE, CODE);
    shut_down(TABLE);
    heap_allocate_from(from(3, "library"), HEAP);
    effect(SCA_FN_FreeLsaHeap, 0, from(3, "library"), HEAP, 0, OK, 0);
    verdict("", "another object that was there after it, or before, has no packages for sure");
}

static void test_uncertain(void)
{
    start();
    story.trace.complete = false;
    initialize(TABLE, CODE);
    shut_down(TABLE);
    heap_give("worker", 0);
    verdict("", "an incomplete trace may lack an Initialize");

    start();
    events_blind_spot(&story, SCA_BLIND_TABLE, 1);
    initialize(TABLE, CODE);
    shut_down(TABLE);
    heap_give("worker", 0);
    verdict("use-after-shutdown note 1", "and a table that was not changed may hide one");

    start();
    shut_down(TABLE);
    heap_give("worker", 0);
    verdict("", "a Shutdown alone tells nothing");

    start();
    story.modules[2].start = 0x50000;
    story.modules[2].end = 0x51000;
    initialize(TABLE, 0x50000);
    shut_down(TABLE);
    effect(SCA_FN_FreeLsaHeap, 0, from(2, "host_main"), 0, 0, OK, 0);
    verdict("", "nor does one in the host, which calls its own functions");
}

/* A package may have no Initialize, and use what another one in its object got. */
static void test_never_initialized(void)
{
    start();
    initialize(TABLE, CODE);
    create("load", SECTION);
    shut_down(TABLE);
    shut_down(TABLE + 0x100);
    latest()->leave += 10;
    now -= 8;
    delete_section("tidy", SECTION);
    verdict("", "in the Shutdown of another package, which nobody saw begin");
}

int main(void)
{
    test_late();
    test_in_time();
    test_several();
    test_behind();
    test_reloaded();
    test_uncertain();
    test_never_initialized();
    printf("1..%d\n", number);
    return failures != 0;
}
