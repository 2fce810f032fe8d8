/* SPDX-License-Identifier: MIT */
/*
 * Memory of each kind, given to the deallocator of each other one: told once, whatever the call did
 * to it and whatever follows. Provider 1 has PC/SC, RPC stub memory and Remote Desktop Services,
 * provider 2 is a host of security packages.
 */
#include "report/replay/replay.h"
#include "story.h"

#define HANDLE 0x9000
#define SECTION 0xa000
#define BLOCK 0x1000
#define CONTEXT 7

static void effect(enum sca_fn function, uint8_t effect, const char *where, uint64_t object,
                   uint64_t companion, uint64_t result, uint64_t size)
{
    unsigned family = sca_functions[function].family;

    events_add(&story, (struct made_event){.function = function,
                                           .effect = effect,
                                           .provider = family == SCA_FAMILY_HEAP  ? 0
                                                       : family == SCA_FAMILY_LSA ? 2
                                                                                  : 1,
                                           .stack = in(where),
                                           .object = object,
                                           .companion = companion,
                                           .size = size,
                                           .at = {now, result == PENDING ? 0 : now + 5},
                                           .result = result});
    now += 10;
}

static void start(void)
{
    begin();
    story.providers[1].family = SCA_FAMILY_PCSC | SCA_FAMILY_RPC | SCA_FAMILY_WTS;
    story.providers[2].family = SCA_FAMILY_LSA;
    establish("main", CONTEXT);
    effect(SCA_FN_RpcSmEnableAllocate, 0, "main", HANDLE, 0, OK, 0);
    effect(SCA_FN_CreateSharedMemory, 0, "main", SECTION, 0, SECTION, 4096);
}

static void stop(void)
{
    effect(SCA_FN_RpcSmDisableAllocate, 0, "main", 0, 0, OK, 0);
    effect(SCA_FN_DeleteSharedMemory, 0, "main", SECTION, 0, 1, 0);
    release("main", CONTEXT);
}

static const struct memory {
    const char *noun;
    enum sca_kind kind;
    enum sca_fn allocator;
    uint8_t handed_out; /* the effect */
    uint64_t owner;
    enum sca_fn right;
    uint8_t taken; /* the effect */
    uint64_t good;
    const char *left; /* what is told besides where it stays: not that it goes with its parent */
} memories[] = {
    {"AUTOALLOCATE block", SCA_KIND_AUTOALLOCATE, SCA_FN_SCardListReaders, 1, CONTEXT,
     SCA_FN_SCardFreeMemory, 0, OK, ", autoallocate-leak error 1"},
    {"RPC block", SCA_KIND_RPC_BLOCK, SCA_FN_RpcSmAllocate, 1, 0, SCA_FN_RpcSmFree, 0, OK, ""},
    {"WTS buffer", SCA_KIND_WTS_BUFFER, SCA_FN_WTSQuerySessionInformationA, 1, 24ULL << 32,
     SCA_FN_WTSFreeMemory, 0, OK, ", wts-buffer-leak error 1"},
    {"WTS buffer", SCA_KIND_WTS_BUFFER, SCA_FN_WTSEnumerateSessionsExA, 1, 1 | 1ULL << 32,
     SCA_FN_WTSFreeMemoryExA, 0, 1, ", wts-buffer-leak error 1"},
    {"LSA block", SCA_KIND_LSA_BLOCK, SCA_FN_AllocateSharedMemory, 1, SECTION,
     SCA_FN_FreeSharedMemory, 1, OK, ""},
    {"LSA heap block", SCA_KIND_LSA_HEAP_BLOCK, SCA_FN_AllocateLsaHeap, 0, 0, SCA_FN_FreeLsaHeap, 0,
     OK, ", lsa-block-leak error 1"},
};

#define MEMORIES (sizeof memories / sizeof *memories)

static void allocate(const struct memory *memory)
{
    effect(memory->allocator, memory->handed_out, "allocate", BLOCK, memory->owner, OK, 24);
    /* Of those that hand out a result, that is the result; the others are BOOLs or codes. */
    story.trace.events[story.trace.events_count - 1].result =
        memory->kind == SCA_KIND_WTS_BUFFER     ? 1
        : memory->kind == SCA_KIND_AUTOALLOCATE ? OK
                                                : BLOCK;
}

/* To the deallocator of this kind. */
static void give(const struct memory *memory, const char *where, uint64_t result)
{
    uint64_t companion = memory->kind == SCA_KIND_AUTOALLOCATE      ? CONTEXT
                         : memory->kind == SCA_KIND_LSA_BLOCK       ? SECTION
                         : memory->right == SCA_FN_WTSFreeMemoryExA ? 2 | 1ULL << 32
                                                                    : 0;

    if (memory->kind == SCA_KIND_LSA_BLOCK) {
        effect(memory->right, 0, where, SECTION, 0, result, 0);
        now -= 10;
    }
    effect(memory->right, memory->taken, where, BLOCK, companion, result, 0);
}

static bool can_fail(const struct memory *memory)
{
    unsigned success = sca_functions[memory->right].success;

    return success == SCA_OK_ZERO || success == SCA_OK_TRUE;
}

static uint64_t failure(const struct memory *memory)
{
    return memory->good == OK ? 0x80100004U : 0;
}

static char *named(const struct memory *block, const struct memory *deallocator, const char *what)
{
    return xasprintf("%s to %s: %s", sca_functions[block->allocator].name,
                     sca_functions[deallocator->right].name, what);
}

static void expect(const char *expected, char *name)
{
    verdict(expected, name);
    free(name);
}

static void expect_left(const struct memory *block, char *name)
{
    char *expected = xasprintf("mismatched-free error 1%s", block->left);

    judge(expected, name);
    if (*block->left)
        caused_by(1, 0, "and that follows from it");
    done();
    free(expected);
    free(name);
}

static void test_done(const struct memory *block, const struct memory *other)
{
    char *message, *name;

    start();
    allocate(block);
    give(other, "done_with", other->good);
    stop();
    name = named(block, other, "one finding");
    judge("mismatched-free error 1", name);
    message = xasprintf("%s from %s() in allocate() was given to %s() instead of %s by done_with()",
                        block->noun, sca_functions[block->allocator].name,
                        sca_functions[other->right].name, sca_functions[block->right].name);
    message_is(0, message, "which says what the block is and what it was given to");
    ok(report->findings[0].bytes == 24, "and how much it is");
    free(message);
    free(name);
    done();

    start();
    allocate(block);
    give(other, "done_with", other->good);
    give(block, "again", block->good);
    stop();
    expect("mismatched-free error 1", named(block, other, "nothing of the right one that follows"));

    start();
    allocate(block);
    give(other, "done_with", other->good);
    story.trace.events[story.trace.events_count - 1].leave += 10;
    now -= 8;
    effect(SCA_FN_free, 0, "deallocator", BLOCK, 0, OK, 0);
    now += 20;
    stop();
    expect("mismatched-free error 1", named(block, other, "nor of free() inside of it"));

    start();
    allocate(block);
    give(other, "done_with", other->good);
    allocate(block);
    give(block, "again", block->good);
    stop();
    expect("mismatched-free error 1", named(block, other, "its address may come back"));
}

static void test_not_done(const struct memory *block, const struct memory *other)
{
    start();
    allocate(block);
    give(other, "done_with", PENDING);
    expect("context-leak error 1, rpc-environment-leak error 1, lsa-section-leak error 1, "
           "mismatched-free error 1",
           named(block, other, "the process died of it"));

    if (!can_fail(other))
        return;
    start();
    allocate(block);
    give(other, "done_with", failure(other));
    stop();
    expect_left(block, named(block, other, "it failed, and the block is lost"));

    start();
    allocate(block);
    give(other, "done_with", failure(other));
    give(block, "again", block->good);
    stop();
    expect("mismatched-free error 1", named(block, other, "it failed, and the right one follows"));
}

static void test_uncertain(const struct memory *block, const struct memory *other)
{
    start();
    story.trace.complete = false;
    allocate(block);
    give(other, "done_with", other->good);
    stop();
    expect("", named(block, other, "an incomplete trace"));

    start();
    events_blind_spot(&story, SCA_BLIND_DEEPBIND, 1);
    allocate(block);
    give(other, "done_with", other->good);
    stop();
    expect("mismatched-free note 1", named(block, other, "a blind spot"));
}

static void test_allocator(const struct memory *block)
{
    static const enum sca_fn functions[] = {SCA_FN_free, SCA_FN_realloc, SCA_FN_reallocarray,
                                            SCA_FN_delete, SCA_FN_delete_array};

    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        char *name = xasprintf("%s to %s", sca_functions[block->allocator].name,
                               sca_functions[functions[i]].name);

        start();
        allocate(block);
        effect(functions[i], 0, "done_with", BLOCK, 0, OK, 0);
        stop();
        expect("mismatched-free error 1", name);
    }
}

int main(void)
{
    for (size_t i = 0; i < MEMORIES; i++) {
        for (size_t j = 0; j < MEMORIES; j++) {
            if (i == j)
                continue;
            test_done(&memories[i], &memories[j]);
            test_not_done(&memories[i], &memories[j]);
            test_uncertain(&memories[i], &memories[j]);
        }
        test_allocator(&memories[i]);
    }
    printf("1..%d\n", number);
    return failures != 0;
}
