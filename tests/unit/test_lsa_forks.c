/* SPDX-License-Identifier: MIT */
/*
 * Sections that forked processes share, with all that is allocated in them: what they do to them
 * together is no finding in any of them.
 */
#include "family.h"

#define SECTION 0x100000
#define BLOCK 0x100100
#define HEAP 0x5000
#define YES 1

static void create(const char *where, uint64_t section)
{
    call(SCA_FN_CreateSharedMemory, where, section, section);
}

static void delete_section(const char *where, uint64_t section)
{
    call(SCA_FN_DeleteSharedMemory, where, section, YES);
}

static void allocate(const char *where, uint64_t section, uint64_t block)
{
    event(SCA_FN_AllocateSharedMemory, 0, where, section, 0, block);
    if (block)
        event(SCA_FN_AllocateSharedMemory, 1, where, block, section, block);
    now += 10;
}

static void give(const char *where, uint64_t section, uint64_t block)
{
    event(SCA_FN_FreeSharedMemory, 0, where, section, 0, OK);
    event(SCA_FN_FreeSharedMemory, 1, where, block, section, OK);
    now += 10;
}

static void as(enum process process)
{
    who = process;
}

/* A host with a section that has a block, and a forked child. */
static void inherit_section(void)
{
    begin();
    create("load", SECTION);
    allocate("logon", SECTION, BLOCK);
    fork_off(CHILD, PARENT);
    for (unsigned i = PARENT; i <= CHILD; i++)
        made[i].providers[1].family = SCA_FAMILY_LSA;
}

static void test_shared(void)
{
    inherit_section();
    give("child", SECTION, BLOCK);
    as(PARENT);
    delete_section("unload", SECTION);
    verdict("", "a child frees what the parent allocated before");

    inherit_section();
    as(PARENT);
    allocate("logon", SECTION, BLOCK + 64);
    as(CHILD);
    give("child", SECTION, BLOCK + 64);
    as(PARENT);
    give("logoff", SECTION, BLOCK);
    delete_section("unload", SECTION);
    verdict("", "or after the fork");

    inherit_section();
    as(PARENT);
    allocate("logon", SECTION, BLOCK + 64);
    as(CHILD);
    give("child", SECTION, BLOCK + 64);
    as(PARENT);
    judge("lsa-section-leak error lsa-section 1, lsa-block-leak error lsa-block 1",
          "that block is not leaked, as others are");
    ok(report->findings[1].count == 1, "of which there is one");
    done();

    inherit_section();
    allocate("child", SECTION, BLOCK + 64);
    as(PARENT);
    give("logoff", SECTION, BLOCK + 64);
    give("logoff", SECTION, BLOCK);
    delete_section("unload", SECTION);
    verdict("", "the parent frees what a child allocated");

    inherit_section();
    give("child", SECTION, BLOCK);
    allocate("child", SECTION, BLOCK);
    as(PARENT);
    give("logoff", SECTION, BLOCK);
    as(CHILD);
    allocate("child", SECTION, BLOCK);
    as(PARENT);
    give("logoff", SECTION, BLOCK);
    delete_section("unload", SECTION);
    verdict("", "and again, where the child allocated at the same address");

    inherit_section();
    allocate("child", SECTION, 0);
    give("child", SECTION, 0x7000);
    as(PARENT);
    give("logoff", SECTION, BLOCK);
    delete_section("unload", SECTION);
    verdict("", "nothing that a child gives to a shared section is certain");
}

static void test_not_shared(void)
{
    inherit_section();
    create("child", 0x200000);
    give("child", 0x200000, 0x7000);
    delete_section("child", 0x200000);
    as(PARENT);
    give("logoff", SECTION, 0x7000);
    give("logoff", SECTION, BLOCK);
    delete_section("unload", SECTION);
    verdict("invalid-free error lsa-block 1, invalid-free error lsa-block 1",
            "a child that leaves it alone changes nothing");

    inherit_section();
    as(PARENT);
    delete_section("unload", SECTION);
    verdict("implicit-release warning lsa-block 1", "nor one that does nothing");
}

static void test_deleted(void)
{
    inherit_section();
    delete_section("child", SECTION);
    as(PARENT);
    give("logoff", SECTION, BLOCK);
    delete_section("unload", SECTION);
    verdict("", "a child deletes its own mapping, and the parent deletes its");

    inherit_section();
    delete_section("child", SECTION);
    allocate("child", SECTION, 0);
    give("child", SECTION, BLOCK);
    as(PARENT);
    give("logoff", SECTION, BLOCK);
    delete_section("unload", SECTION);
    verdict("use-after-release error lsa-section 1, use-after-release error lsa-section 1",
            "and may use it no more");

    inherit_section();
    as(PARENT);
    give("logoff", SECTION, BLOCK);
    delete_section("unload", SECTION);
    as(CHILD);
    give("child", SECTION, BLOCK);
    delete_section("child", SECTION);
    verdict("", "where the parent deletes it, the child's is still there");

    inherit_section();
    delete_section("child", SECTION);
    verdict("", "handed over: the parent did nothing any more");

    inherit_section();
    as(PARENT);
    give("logoff", SECTION, BLOCK);
    verdict("lsa-section-leak error lsa-section 1", "left alone by both: the parent's leak");
}

static void test_heap(void)
{
    begin();
    call(SCA_FN_AllocateLsaHeap, "logon", HEAP, HEAP);
    fork_off(CHILD, PARENT);
    for (unsigned i = PARENT; i <= CHILD; i++)
        made[i].providers[1].family = SCA_FAMILY_LSA;
    call(SCA_FN_FreeLsaHeap, "child", HEAP, OK);
    as(PARENT);
    call(SCA_FN_FreeLsaHeap, "logoff", HEAP, OK);
    verdict("", "each process has a heap of its own");

    begin();
    call(SCA_FN_AllocateLsaHeap, "logon", HEAP, HEAP);
    fork_off(CHILD, PARENT);
    for (unsigned i = PARENT; i <= CHILD; i++)
        made[i].providers[1].family = SCA_FAMILY_LSA;
    call(SCA_FN_FreeLsaHeap, "child", HEAP, OK);
    verdict("lsa-block-leak error lsa-heap-block 1", "and what a child frees is its copy");
}

/* ---- by chance ------------------------------------------------------------------------------ */

static uint32_t chance(uint32_t below)
{
    static uint64_t state = 0x9e3779b97f4a7c15U;

    state = state * 6364136223846793005U + 1442695040888963407U;
    return (uint32_t)(state >> 33) % below;
}

/* Any call, of a few sections and addresses, with any outcome. */
static void call_by_chance(uint32_t stack)
{
    static const enum sca_fn functions[] = {
        SCA_FN_CreateSharedMemory,
        SCA_FN_AllocateSharedMemory,
        SCA_FN_FreeSharedMemory,
        SCA_FN_DeleteSharedMemory,
        SCA_FN_AllocateLsaHeap,
        SCA_FN_FreeLsaHeap,
        SCA_FN_SpInitialize,
        SCA_FN_SpShutdown,
        SCA_FN_free,
        SCA_FN_realloc,
        SCA_FN_SCardFreeMemory,
        SCA_FN_SCardListReaders,
        SCA_FN_RpcSmEnableAllocate,
        SCA_FN_RpcSmAllocate,
        SCA_FN_RpcSmFree,
        SCA_FN_WTSFreeMemory,
        SCA_FN_RpcSmDisableAllocate,
    };
    enum sca_fn function = functions[chance(sizeof functions / sizeof *functions)];
    uint64_t length = 5 + chance(2) * chance(40);
    uint64_t section = SECTION + chance(3) * 0x1000;
    uint64_t address = BLOCK + chance(4) * 16;
    uint64_t result = chance(3) ? address : 0;

    for (uint8_t i = 0; i < SCA_MAX_EFFECTS; i++) {
        const struct sca_effect *effect = &sca_functions[function].effects[i];
        bool acquires = sca_acquires(effect->type);
        bool memory = sca_is_memory(effect->kind) || effect->kind == SCA_KIND_NONE;

        if (effect->type == SCA_NOTHING)
            break;
        events_add(&made[who], (struct made_event){
                                   .function = function,
                                   .effect = i,
                                   .thread = 1 + chance(2),
                                   .stack = stack,
                                   .flags = chance(8) ? 0 : (uint8_t)(2U << chance(3)),
                                   .object = memory ? address : section,
                                   .companion = section,
                                   .size = chance(64),
                                   .at = {now, acquires || chance(10) ? now + length : 0},
                                   .result = result,
                               });
    }
    now += 10;
}

static void test_by_chance(void)
{
    for (int round = 0; round < 300; round++) {
        struct trace *traces[] = {&made[PARENT].trace, &made[CHILD].trace};
        uint32_t stacks[2];

        inherit_section();
        for (unsigned i = PARENT; i <= CHILD; i++)
            stacks[i] = events_stack(&made[i], "work", "main", NULL);
        for (int i = 0; i < 300; i++) {
            as(chance(2) ? PARENT : CHILD);
            call_by_chance(stacks[who]);
        }
        report = report_build(traces, 2, &symbols, NULL);
        done();
    }
    ok(true, "no history is too strange to be judged");
}

/* Sections are addresses, which come back. */
static void test_generations(void)
{
    inherit_section();
    give("child", SECTION, BLOCK);
    as(PARENT);
    delete_section("unload", SECTION);
    create("load", SECTION);
    delete_section("unload", SECTION);
    verdict("", "the parent has another section there by now");

    inherit_section();
    give("child", SECTION, BLOCK);
    as(PARENT);
    delete_section("unload", SECTION);
    create("load", SECTION);
    allocate("logon", SECTION, BLOCK);
    give("logoff", SECTION, BLOCK);
    delete_section("unload", SECTION);
    verdict("", "and another block");

    begin();
    create("load", SECTION);
    allocate("logon", SECTION, BLOCK);
    give("logoff", SECTION, BLOCK);
    delete_section("unload", SECTION);
    create("load", SECTION);
    fork_off(CHILD, PARENT);
    for (unsigned i = PARENT; i <= CHILD; i++)
        made[i].providers[1].family = SCA_FAMILY_LSA;
    allocate("child", SECTION, BLOCK);
    as(PARENT);
    give("logoff", SECTION, BLOCK);
    delete_section("unload", SECTION);
    verdict("", "or had one there before, and a child allocates where its block was");
}

static void test_unknown_parent(void)
{
    inherit_section();
    made[PARENT].trace.complete = false;
    made[PARENT].trace.events_count = 0;
    allocate("child", SECTION, BLOCK + 64);
    give("child", SECTION, BLOCK + 64);
    give("child", SECTION, BLOCK + 64);
    give("child", SECTION, BLOCK);
    verdict("", "a section that the parent has, whose trace is incomplete");
}

int main(void)
{
    test_shared();
    test_not_shared();
    test_deleted();
    test_heap();
    test_by_chance();
    test_generations();
    test_unknown_parent();
    printf("1..%d\n", number);
    return failures != 0;
}
