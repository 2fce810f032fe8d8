/* SPDX-License-Identifier: MIT */
/*
 * Memory of the host of security packages: each mistake with its correct twin, and what must stay
 * silent because it is not certain.
 */
#include "lsa_story.h"

#define SECTION 0x100000
#define OTHER_SECTION 0x200000
#define BLOCK 0x100100
#define OTHER_BLOCK 0x200100
#define HEAP 0x5000

static void cut_short(void)
{
    story.trace.end = SCA_END_NONE;
}

/* ---- in order ------------------------------------------------------------------------------- */

static void test_correct(void)
{
    start();
    initialize(0x77, CODE);
    create("load", SECTION);
    allocate("logon", SECTION, BLOCK);
    allocate("logon", SECTION, BLOCK + 64);
    give("logoff", SECTION, BLOCK + 64);
    give("logoff", SECTION, BLOCK);
    heap_allocate("logon", HEAP);
    heap_give("logon", HEAP);
    delete_section("unload", SECTION);
    shut_down(0x77);
    judge("", "what is created, allocated, freed and deleted is silent");
    ok(report->resources_count == 3, "three kinds of resources");
    same(report->resources[0].kind, "lsa-section", "sections");
    same(report->resources[1].kind, "lsa-block", "their blocks");
    ok(report->resources[1].acquired == 2 && report->resources[1].released == 2 &&
           report->resources[1].peak == 2,
       "with their numbers");
    same(report->resources[2].kind, "lsa-heap-block", "and those of the heap");
    same(report->resources[2].family, "lsa", "all of one family");
    done();

    start();
    create("load", SECTION);
    allocate("logon", SECTION, 0);
    delete_section("unload", SECTION);
    verdict("", "an exhausted section is nothing");

    start();
    effect(SCA_FN_CreateSharedMemory, 0, in("load"), 0, 0, 0, 0);
    effect(SCA_FN_AllocateLsaHeap, 0, in("load"), 0, 0, 0, 0);
    give("cleanup", 0, 0);
    heap_give("cleanup", 0);
    verdict("", "nor is what was not handed out, and NULL");
}

static void test_generations(void)
{
    start();
    for (int i = 0; i < 3; i++) {
        create("load", SECTION);
        allocate("logon", SECTION, BLOCK);
        give("logoff", SECTION, BLOCK);
        allocate("logon", SECTION, BLOCK);
        give("logoff", SECTION, BLOCK);
        delete_section("unload", SECTION);
        heap_allocate("logon", BLOCK); /* the memory is the heap's by then */
        heap_give("logoff", BLOCK);
    }
    verdict("", "addresses that come back are others");

    start();
    create("load", SECTION);
    allocate("logon", SECTION, BLOCK);
    delete_section("unload", SECTION);
    create("load", SECTION);
    allocate("logon", SECTION, BLOCK);
    give("logoff", SECTION, BLOCK);
    delete_section("unload", SECTION);
    verdict("implicit-release warning 1", "only the first section was deleted with a live block");
}

/* ---- leaks ---------------------------------------------------------------------------------- */

static void test_leaks(void)
{
    start();
    create("load", SECTION);
    allocate("logon", SECTION, BLOCK);
    allocate("logon", SECTION, BLOCK + 64);
    give("logoff", SECTION, BLOCK);
    heap_allocate("logon", HEAP);
    judge("lsa-section-leak error 1, lsa-block-leak error 1, lsa-block-leak error 1",
          "what is held at the end");
    caused_by(1, 0, "a block's leak follows from that of its section");
    same(report->findings[2].cause, "", "and that of the heap from nothing");
    message_is(0, "LSA section created by load() was never deleted", "the section");
    message_is(1,
               "LSA block from AllocateSharedMemory() in logon() was never freed, nor was its "
               "section deleted; 1 other from the same place was freed, at logoff()",
               "the block");
    message_is(2, "LSA heap block from AllocateLsaHeap() in logon() was never freed", "the heap's");
    ok(report->findings[0].bytes == 4096 && report->findings[1].bytes == 24, "with their bytes");
    done();

    start();
    create("load", SECTION);
    delete_with("unload", SECTION, NO);
    judge("lsa-section-leak error 1", "a section that could not be deleted stays");
    message_is(
        0,
        "LSA section created by load() was not deleted: the call that should have done it failed",
        "and says so");
    done();

    start();
    create("load", SECTION);
    allocate("logon", SECTION, BLOCK);
    delete_with("unload", SECTION, PENDING);
    verdict("", "a deletion in flight settles it and its blocks");

    start();
    create("load", SECTION);
    allocate("logon", SECTION, BLOCK);
    heap_allocate("logon", HEAP);
    cut_short();
    verdict("held-at-end note 1, held-at-end note 1, held-at-end note 1",
            "without a clean end it is only held");

    start();
    initialize_with(0x77, CODE, FAILED);
    create("load", SECTION);
    verdict("lsa-section-leak error 1", "a package that failed leaks all the same");

    start();
    create("load", SECTION);
    allocate("logon", SECTION, BLOCK);
    heap_allocate("logon", HEAP);
    story.trace.complete = false;
    verdict("", "an incomplete trace leaks nothing");
}

static void test_implicit_release(void)
{
    start();
    create("load", SECTION);
    allocate("logon", SECTION, BLOCK);
    allocate("logon", SECTION, BLOCK + 64);
    allocate("logon", SECTION, BLOCK + 128);
    give("logoff", SECTION, BLOCK + 64);
    delete_section("unload", SECTION);
    judge("implicit-release warning 2", "deleted with live blocks");
    message_is(0,
               "2 LSA blocks from AllocateSharedMemory() in logon() were not freed, but went when "
               "unload() deleted their section",
               "says how they went");
    stacks_are(0, "logon", "unload", "-", "and where");
    done();

    start();
    create("load", SECTION);
    allocate("logon", SECTION, BLOCK);
    give_with("logoff", SECTION, BLOCK, PENDING);
    delete_section("unload", SECTION);
    verdict("", "one that is about to be freed is silent");
}

/* ---- giving back ---------------------------------------------------------------------------- */

static void test_wrong_section(void)
{
    start();
    create("load", SECTION);
    create("load", OTHER_SECTION);
    allocate("logon", SECTION, BLOCK);
    give("logoff", OTHER_SECTION, BLOCK);
    delete_section("unload", SECTION);
    delete_section("unload", OTHER_SECTION);
    judge("wrong-section error 1", "into another section: and nothing more of that block");
    stacks_are(0, "logon", "-", "logoff", "its story");
    message_is(0,
               "LSA block from AllocateSharedMemory() in logon() was given to FreeSharedMemory() "
               "by logoff() with a section other than its own",
               "says so");
    done();

    start();
    create("load", SECTION);
    create("load", OTHER_SECTION);
    allocate("logon", SECTION, BLOCK);
    give("logoff", OTHER_SECTION, BLOCK);
    give("logoff", SECTION, BLOCK);
    delete_section("unload", SECTION);
    delete_section("unload", OTHER_SECTION);
    verdict("wrong-section error 1", "freed rightly after that is no second free");

    start();
    create("load", SECTION);
    create("load", OTHER_SECTION);
    allocate("logon", SECTION, BLOCK);
    give("logoff", OTHER_SECTION, BLOCK);
    verdict("lsa-section-leak error 2, wrong-section error 1", "nor a leak of the block");

    start();
    create("load", SECTION);
    create("load", OTHER_SECTION);
    allocate("logon", SECTION, BLOCK);
    delete_section("unload", SECTION);
    give("logoff", OTHER_SECTION, BLOCK);
    delete_section("unload", OTHER_SECTION);
    judge("wrong-section error 1", "where its own is gone already");
    message_is(0,
               "LSA block from AllocateSharedMemory() in logon() was given to FreeSharedMemory() "
               "by logoff() with a section other than its own, which unload() had deleted",
               "says that as well");
    done();
}

static void test_double_free(void)
{
    start();
    create("load", SECTION);
    allocate("logon", SECTION, BLOCK);
    give("logoff", SECTION, BLOCK);
    give("cleanup", SECTION, BLOCK);
    delete_section("unload", SECTION);
    judge("double-free error 1", "freed twice");
    stacks_are(0, "logon", "logoff", "cleanup", "its story");
    message_is(0,
               "LSA block from AllocateSharedMemory() in logon() was freed by logoff(), calling "
               "FreeSharedMemory(), and again by cleanup(), calling FreeSharedMemory()",
               "says by whom");
    done();

    start();
    create("load", SECTION);
    allocate("logon", SECTION, BLOCK);
    give("logoff", SECTION, BLOCK);
    latest()->leave = now + 50;
    give("cleanup", SECTION, BLOCK);
    delete_section("unload", SECTION);
    verdict("", "calls that overlap prove nothing");

    start();
    heap_allocate("logon", HEAP);
    heap_give("logoff", HEAP);
    heap_give("cleanup", HEAP);
    latest()->flags = SCA_CALL_QUARANTINED | SCA_CALL_ABSORBED;
    verdict("double-free error 1", "of the heap, where quarantine proves it");

    start();
    heap_allocate("logon", HEAP);
    heap_give("logoff", HEAP);
    heap_give("cleanup", HEAP);
    verdict("double-free note 1", "else the host may have handed it out by another function");

    start();
    heap_allocate("logon", HEAP);
    heap_give("logoff", HEAP);
    give_past(SCA_FN_free, in("cleanup"), HEAP);
    latest()->flags = SCA_CALL_QUARANTINED | SCA_CALL_ABSORBED;
    verdict("double-free error 1", "or by free()");
}

static void test_invalid_free(void)
{
    start();
    create("load", SECTION);
    give("logoff", SECTION, 0x7000);
    delete_section("unload", SECTION);
    judge("invalid-free error 1", "memory of the package's own");
    message_is(0, "logoff() called FreeSharedMemory() with an address that was never handed out",
               "says so");
    same(report->findings[0].fix,
         "Give FreeSharedMemory only what AllocateSharedMemory handed out, as it is; memory of the "
         "package's own goes to free().",
         "and what to do");
    done();

    start();
    create("load", SECTION);
    allocate("logon", SECTION, BLOCK);
    give("logoff", SECTION, BLOCK + 8);
    give("logoff", SECTION, BLOCK);
    delete_section("unload", SECTION);
    judge("invalid-free error 1", "inside a block");
    message_is(0,
               "logoff() called FreeSharedMemory() with an address 8 bytes into the LSA block from "
               "AllocateSharedMemory() in logon()",
               "says where");
    done();

    start();
    heap_give("logoff", 0x7000);
    verdict("", "other functions of the host hand out memory of its heap, too");

    start();
    heap_allocate("logon", HEAP);
    heap_give("logoff", HEAP + 8);
    heap_give("logoff", HEAP);
    verdict("invalid-free error 1", "but none inside a block");

    start();
    heap_allocate("logon", HEAP);
    heap_give("logoff", HEAP);
    heap_give("logoff", HEAP + 8);
    verdict("", "unless that was freed");
}

static void test_mismatched_free(void)
{
    start();
    create("load", SECTION);
    heap_allocate("logon", HEAP);
    give("logoff", SECTION, HEAP);
    delete_section("unload", SECTION);
    verdict("mismatched-free error 1", "a block of the heap to FreeSharedMemory");

    start();
    create("load", SECTION);
    allocate("logon", SECTION, BLOCK);
    heap_give("logoff", BLOCK);
    delete_section("unload", SECTION);
    verdict("mismatched-free error 1", "one of a section to FreeLsaHeap");

    start();
    create("load", SECTION);
    allocate("logon", SECTION, BLOCK);
    allocate("logon", SECTION, BLOCK + 64);
    allocate("logon", SECTION, BLOCK + 128);
    give_past(SCA_FN_free, in("logoff"), BLOCK + 64);
    heap_give("logoff", BLOCK + 128);
    create("load", OTHER_SECTION);
    allocate("logon", OTHER_SECTION, OTHER_BLOCK);
    delete_section("unload", SECTION);
    delete_section("unload", OTHER_SECTION);
    verdict("mismatched-free error 1, mismatched-free error 1, implicit-release warning 2",
            "what goes another way is none of its section's any more");

    start();
    heap_allocate("logon", HEAP);
    give_past(SCA_FN_free, in("logoff"), HEAP);
    verdict("mismatched-free error 1", "to free()");

    start();
    heap_allocate("logon", HEAP);
    give_past(SCA_FN_free, from(2, "host_takes_it"), HEAP);
    verdict("", "which the host itself may do");

    start();
    create("load", SECTION);
    allocate("logon", SECTION, BLOCK);
    delete_section("unload", SECTION);
    give_past(SCA_FN_free, in("main"), BLOCK);
    verdict("implicit-release warning 1", "an address of a deleted section may be anybody's");
}

static void test_cross_thread_free(void)
{
    start();
    create("load", SECTION);
    allocate("logon", SECTION, BLOCK);
    heap_allocate("logon", HEAP);
    thread = 2;
    give("logoff", SECTION, BLOCK);
    heap_give("logoff", HEAP);
    delete_section("unload", SECTION);
    judge("cross-thread-free note 1, cross-thread-free note 1", "is worth a note");
    message_is(0,
               "LSA block from AllocateSharedMemory() in logon() was freed on another thread, by "
               "logoff()",
               "that says so");
    done();
}

/* ---- sections that are gone ----------------------------------------------------------------- */

static void test_free_after_release(void)
{
    start();
    create("load", SECTION);
    allocate("logon", SECTION, BLOCK);
    delete_section("unload", SECTION);
    give("logoff", SECTION, BLOCK);
    judge("free-after-release error 1", "its section was deleted: one block, one finding");
    stacks_are(0, "logon", "unload", "logoff", "its story");
    message_is(0,
               "LSA block from AllocateSharedMemory() in logon() was given to FreeSharedMemory() "
               "by logoff() after unload() had deleted its section",
               "says so");
    same(report->findings[0].fix, "Call FreeSharedMemory before DeleteSharedMemory.",
         "with advice");
    done();

    start();
    create("load", SECTION);
    allocate("logon", SECTION, BLOCK);
    delete_section("unload", SECTION);
    create("load", SECTION);
    give("logoff", SECTION, BLOCK);
    delete_section("unload", SECTION);
    verdict("free-after-release error 1", "also when another one has its address by then");

    start();
    create("load", SECTION);
    allocate("logon", SECTION, BLOCK);
    give("logoff", SECTION, BLOCK);
    delete_section("unload", SECTION);
    give("logoff", SECTION, BLOCK);
    verdict("double-free error 1", "what had been freed is freed twice");

    start();
    create("load", SECTION);
    allocate("logon", SECTION, BLOCK);
    delete_section("unload", SECTION);
    latest()->leave = now + 50;
    thread = 2;
    give("logoff", SECTION, BLOCK);
    verdict("", "calls that overlap prove nothing");
}

static void test_use_after_release(void)
{
    start();
    create("load", SECTION);
    delete_section("unload", SECTION);
    allocate("logon", SECTION, 0);
    judge("use-after-release error 1", "allocation in a deleted section");
    stacks_are(0, "load", "unload", "logon", "its story");
    message_is(0,
               "LSA section created by load() was used by logon(), calling AllocateSharedMemory(), "
               "after unload() had deleted it",
               "says so");
    done();

    start();
    create("load", SECTION);
    delete_section("unload", SECTION);
    allocate("logon", SECTION, BLOCK);
    verdict("use-after-release error 1", "one that works leaks nothing besides");

    start();
    create("load", SECTION);
    delete_section("unload", SECTION);
    give("logoff", SECTION, 0x7000);
    verdict("use-after-release error 1", "freeing something there");

    start();
    allocate("logon", 0x9000, 0);
    judge("use-after-release error 1", "a section that was never handed out");
    message_is(0,
               "logon() called AllocateSharedMemory() with a value that was never handed out as "
               "LSA section",
               "says so");
    done();

    start();
    allocate("logon", 0, 0);
    give("logoff", 0, 0x7000);
    verdict("use-after-release error 1, use-after-release error 1", "or 0");

    start();
    create("load", SECTION);
    allocate("logon", SECTION, BLOCK);
    give("logoff", 0x9000, BLOCK);
    delete_section("unload", SECTION);
    verdict("use-after-release error 1", "for a block: that is told once");

    start();
    allocate("logon", 0x9000, BLOCK);
    give("logoff", 0x9000, BLOCK);
    give("logoff", 0x9000, 0x7000);
    allocate("logon", 0x9000, BLOCK);
    delete_section("unload", 0x9000);
    verdict("", "one that works is taken as it is");

    start();
    allocate("logon", 0, BLOCK);
    give("logoff", 0x9000, BLOCK);
    verdict("", "also 0, if a host has such a section");

    start();
    allocate("logon", 0x9000, PENDING);
    cut_short();
    story.trace.running = true;
    verdict("", "nor is anything said while the call goes on");

    start();
    allocate("logon", 0x9000, PENDING);
    cut_short();
    verdict("use-after-release error 1", "unless the process died of it");

    start();
    delete_with("unload", 0, NO);
    verdict("use-after-release note 1", "to delete NULL is harmless");
}

static void test_double_release(void)
{
    start();
    create("load", SECTION);
    delete_section("unload", SECTION);
    delete_with("cleanup", SECTION, NO);
    judge("double-release error 1", "deleted twice");
    message_is(0,
               "LSA section created by load() was deleted by unload() and deleted again by "
               "cleanup()",
               "says by whom");
    done();

    start();
    create("load", SECTION);
    delete_with("unload", SECTION, 0x7fffff00U); /* the low byte counts */
    delete_section("cleanup", SECTION);
    verdict("", "one that failed may be tried again");

    start();
    create("load", SECTION);
    delete_section("unload", SECTION);
    create("load", SECTION);
    delete_section("unload", SECTION);
    verdict("", "an address that came back is another one's");

    start();
    create("load", SECTION);
    delete_section("unload", SECTION);
    latest()->leave = now + 50;
    thread = 2;
    delete_with("cleanup", SECTION, NO);
    verdict("", "calls that overlap prove nothing");
}

/* ---- what nobody saw ------------------------------------------------------------------------ */

static void tell_all(void)
{
    create("load", SECTION);
    create("load", OTHER_SECTION);
    allocate("logon", SECTION, BLOCK);
    allocate("logon", SECTION, BLOCK + 64);
    allocate("logon", SECTION, BLOCK + 128);
    give("logoff", SECTION, BLOCK);
    give("again", SECTION, BLOCK);
    give("strange", SECTION, 0x7000);
    give("elsewhere", OTHER_SECTION, BLOCK + 64);
    allocate("logon", 0x9000, 0);
    delete_section("unload", SECTION);
    delete_with("again", SECTION, NO);
    give("late", SECTION, BLOCK + 128);
    allocate("late", SECTION, 0);
}

static void test_uncertain(void)
{
    start();
    tell_all();
    verdict("lsa-section-leak error 1, wrong-section error 1, invalid-free error 1, "
            "double-free error 1, double-release error 1, use-after-release error 1, "
            "use-after-release error 1, free-after-release error 1",
            "all of it");

    start();
    tell_all();
    story.trace.complete = false;
    verdict("", "nothing of that can be told of an incomplete trace");

    start();
    tell_all();
    events_blind_spot(&story, SCA_BLIND_TABLE, 1);
    verdict("lsa-section-leak note 1, wrong-section note 1, invalid-free note 1, "
            "double-free note 1, double-release note 1, use-after-release note 1, "
            "use-after-release note 1, free-after-release note 1",
            "a table that could not be changed makes notes of it");

    start();
    create("load", SECTION);
    allocate("logon", SECTION, BLOCK);
    delete_section("unload", SECTION);
    events_blind_spot(&story, SCA_BLIND_TABLE, 2);
    judge("implicit-release note 1", "of blocks that may have been freed unseen, too");
    same(report->processes[0].blind_spots[0].code, "table", "it has a code");
    same(report->processes[0].blind_spots[0].message,
         "/usr/lib/libpcsclite.so.1 was called, or calls its host, through a function table that "
         "could not be changed: those calls were not seen",
         "and is told of");
    done();

    start();
    story.trace.flags = SCA_FLAG_FORKED;
    free(story.trace.parent_trace);
    story.trace.parent_trace = xstrdup("scardaudit.app.41.0.trace");
    give("logoff", SECTION, BLOCK);
    heap_give("logoff", HEAP);
    allocate("logon", SECTION, 0);
    delete_with("unload", SECTION, NO);
    verdict("", "a forked process may have inherited what it uses");

    start();
    create("load", SECTION);
    allocate("logon", SECTION, BLOCK);
    create("load", SECTION);
    delete_section("unload", SECTION);
    verdict("", "a section whose address is handed out again was deleted unseen");

    start();
    create("load", SECTION);
    allocate("logon", SECTION, BLOCK);
    allocate("logon", SECTION, BLOCK);
    give("logoff", SECTION, BLOCK);
    heap_allocate("logon", HEAP);
    heap_allocate("logon", HEAP);
    heap_give("logoff", HEAP);
    delete_section("unload", SECTION);
    verdict("", "and so was a block");
}

static void test_host_itself(void)
{
    start();
    create("load", SECTION);
    allocate("logon", SECTION, BLOCK);
    heap_allocate("logon", HEAP);
    thread = 2;
    effect(SCA_FN_FreeLsaHeap, 0, from(2, "done_with"), HEAP, 0, OK, 0);
    effect(SCA_FN_DeleteSharedMemory, 0, from(2, "unload"), SECTION, 0, YES, 0);
    heap_allocate_from(from(2, "buffer"), HEAP);
    allocate_from(from(2, "buffer"), 0x9000, 0);
    verdict("", "what the host does is its own affair");
}

/* ---- by chance ------------------------------------------------------------------------------ */

#define SECTIONS 4
#define BLOCKS 8

static uint32_t chance(uint32_t below)
{
    static uint64_t state = 0x9e3779b97f4a7c15U;

    state = state * 6364136223846793005U + 1442695040888963407U;
    return (uint32_t)(state >> 33) % below;
}

static void act_by_chance(bool exists[SECTIONS], bool used[SECTIONS][BLOCKS])
{
    uint32_t i = chance(SECTIONS);
    uint32_t j = chance(BLOCKS);
    uint64_t section = SECTION + i * 0x10000;
    uint64_t block = section + 0x100 + j * 32;

    thread = 1;
    if (!exists[i]) {
        create("load", section);
        exists[i] = true;
    } else if (i == SECTIONS - 1) { /* the heap */
        used[i][j] ? heap_give("logoff", block) : heap_allocate("logon", block);
        used[i][j] = !used[i][j];
    } else if (chance(8)) {
        used[i][j] ? give("logoff", section, block) : allocate("logon", section, block);
        used[i][j] = !used[i][j];
    } else {
        for (j = 0; j < BLOCKS; j++)
            if (used[i][j])
                give("logoff", section, section + 0x100 + j * 32);
        memset(used[i], 0, BLOCKS * sizeof used[i][0]);
        delete_section("unload", section);
        exists[i] = false;
    }
}

static void test_by_chance(void)
{
    bool good = true;

    for (int round = 0; round < 200 && good; round++) {
        bool exists[SECTIONS] = {false};
        bool used[SECTIONS][BLOCKS] = {{false}};
        struct trace *traces[] = {&story.trace};

        start();
        for (int i = 0; i < 300; i++)
            act_by_chance(exists, used);
        for (uint32_t i = 0; i < SECTIONS; i++) {
            uint64_t section = SECTION + i * 0x10000;

            for (uint32_t j = 0; j < BLOCKS; j++)
                if (used[i][j] && i == SECTIONS - 1)
                    heap_give("logoff", section + 0x100 + j * 32);
                else if (used[i][j])
                    give("logoff", section, section + 0x100 + j * 32);
            if (exists[i])
                delete_section("unload", section);
        }
        report = report_build(traces, 1, &symbols, NULL);
        good = report->findings_count == 0;
        done();
    }
    ok(good, "correct histories by chance are silent");
}

/* A block whose address is handed out, by whichever family, is no longer there. */
static void test_reissued_by_another(void)
{
    start();
    story.providers[2].family = SCA_FAMILY_WTS;
    heap_allocate("logon", HEAP);
    effect(SCA_FN_WTSQueryUserConfigA, 0, in("ask"), HEAP, 0, YES, 8);
    latest()->provider = 2;
    effect(SCA_FN_WTSFreeMemory, 0, in("ask"), HEAP, 0, 0, 0);
    latest()->provider = 2;
    verdict("", "the host freed it unseen, and it is a buffer of WTS by now");
}

int main(void)
{
    test_correct();
    test_generations();
    test_leaks();
    test_implicit_release();
    test_wrong_section();
    test_double_free();
    test_invalid_free();
    test_mismatched_free();
    test_cross_thread_free();
    test_free_after_release();
    test_use_after_release();
    test_double_release();
    test_uncertain();
    test_host_itself();
    test_by_chance();
    test_reissued_by_another();
    printf("1..%d\n", number);
    return failures != 0;
}
