/* SPDX-License-Identifier: MIT */
/*
 * RPC stub memory: each mistake with its correct twin, and what must stay silent because it is not
 * certain. Provider 1 has the functions of Windows, which mark; provider 2 those of DCE, which
 * release.
 */
#include "report/replay/replay.h"
#include "story.h"

#define INVALID_ARG 87

#define HANDLE 0x9000
#define OTHER_HANDLE 0xa000
#define BLOCK 0x1000
#define OTHER_BLOCK 0x5000

static uint32_t thread, provider;

/* ---- telling a story ------------------------------------------------------------------------ */

static void start(void)
{
    begin();
    thread = provider = 1;
    story.providers[1].family = story.providers[2].family = SCA_FAMILY_RPC;
}

/* On `thread`, calling `provider`; the next one is later. */
static void effect(enum sca_fn function, uint8_t effect, const char *where, uint64_t object,
                   uint64_t companion, uint64_t result, uint64_t size)
{
    events_add(&story, (struct made_event){.function = function,
                                           .effect = effect,
                                           .thread = thread,
                                           .provider = provider,
                                           .stack = in(where),
                                           .object = object,
                                           .companion = companion,
                                           .size = size,
                                           .at = {now, result == PENDING ? 0 : now + 5},
                                           .result = result});
    now += 10;
}

static struct trace_event *latest(void)
{
    return &story.trace.events[story.trace.events_count - 1];
}

static bool is_dce(void)
{
    return provider == 2;
}

static void enable(const char *where, uint64_t handle)
{
    effect(is_dce() ? SCA_FN_rpc_sm_enable_allocate : SCA_FN_RpcSmEnableAllocate, 0, where, handle,
           0, OK, 0);
}

static void disable_with(const char *where, uint64_t result)
{
    effect(is_dce() ? SCA_FN_rpc_sm_disable_allocate : SCA_FN_RpcSmDisableAllocate, 0, where, 0, 0,
           result, 0);
}

static void disable(const char *where)
{
    disable_with(where, OK);
}

/* What the preload asks after it, where the same environment was entered several times. */
static void asked(const char *where, uint64_t handle)
{
    effect(SCA_FN_RpcSmGetThreadHandle, 0, where, handle, 0, OK, 0);
    latest()->first = false;
    story.trace.calls--;
}

static void adopt_with(const char *where, uint64_t handle, uint64_t result)
{
    effect(is_dce() ? SCA_FN_rpc_sm_set_thread_handle : SCA_FN_RpcSmSetThreadHandle, 0, where,
           handle, 0, result, 0);
}

static void adopt(const char *where, uint64_t handle)
{
    adopt_with(where, handle, OK);
}

static void allocate_sized(const char *where, uint64_t block, uint64_t size)
{
    enum sca_fn function = is_dce() ? SCA_FN_rpc_sm_allocate : SCA_FN_RpcSmAllocate;

    effect(function, 0, where, 0, 0, OK, 0);
    now -= 10;
    effect(function, 1, where, block, 0, OK, size);
}

static void allocate(const char *where, uint64_t block)
{
    allocate_sized(where, block, 24);
}

static void allocate_fails(const char *where, uint64_t result)
{
    effect(SCA_FN_RpcSmAllocate, 0, where, 0, 0, result, 0);
}

static void give_with(const char *where, uint64_t block, uint64_t result)
{
    effect(is_dce() ? SCA_FN_rpc_sm_free : SCA_FN_RpcSmFree, 0, where, block, 0, result, 0);
}

static void give(const char *where, uint64_t block)
{
    give_with(where, block, OK);
}

/* The allocator, and functions of the program that are no provider's. */
static void give_past(enum sca_fn function, const char *where, uint64_t block)
{
    effect(function, 0, where, block, 0, OK, 0);
    latest()->provider = 0;
    latest()->first = false;
}

static void thread_ends(uint32_t which)
{
    story.threads[which].ended = now;
    now += 10;
}

/* From a process that is not known. */
static void forked(void)
{
    story.trace.flags = SCA_FLAG_FORKED;
    free(story.trace.parent_trace);
    story.trace.parent_trace = xstrdup("scardaudit.app.41.0.trace");
}

static void cut_short(enum ending ending)
{
    story.trace.end = ending == ENDING__EXIT ? SCA_END__EXIT : SCA_END_NONE;
    story.trace.running = ending == ENDING_RUNNING;
}

static void client_free(const char *where, uint64_t block, uint64_t result)
{
    effect(SCA_FN_RpcSmClientFree, 0, where, block, 0, result, 0);
}

static void set_pair(const char *where, uint64_t routine)
{
    effect(SCA_FN_RpcSmSetClientAllocFree, 0, where, routine, routine + 1, OK, 0);
}

static void swap_pair(const char *where, uint64_t routine, uint64_t old)
{
    effect(SCA_FN_RpcSmSwapClientAllocFree, 0, where, routine, routine + 1, OK, 0);
    now -= 10;
    effect(SCA_FN_RpcSmSwapClientAllocFree, 1, where, old, old + 1, OK, 0);
}

/* ---- in order ------------------------------------------------------------------------------- */

static void test_correct(void)
{
    start();
    enable("serve", HANDLE);
    allocate("reply", BLOCK);
    give("done_with", BLOCK);
    disable("serve");
    allocate_fails("nothing", INVALID_ARG); /* the next request, which is not enabled */
    verdict("allocate-without-enable error 1", "what is enabled, freed and disabled is silent");

    start();
    provider = 2;
    enable("serve", HANDLE);
    allocate("reply", BLOCK);
    give("done_with", BLOCK);
    allocate("reply", BLOCK);
    give("done_with", BLOCK);
    disable("serve");
    verdict("", "so is DCE, where the address comes back");

    start();
    enable("serve", HANDLE);
    thread = 2;
    adopt("help", HANDLE);
    allocate("reply", BLOCK);
    give("done_with", BLOCK);
    adopt("help", 0);
    thread = 1;
    disable("serve");
    verdict("", "a helper that adopts, frees and detaches is silent");

    start();
    enable("serve", HANDLE);
    adopt("save", 0);
    enable("nested", OTHER_HANDLE);
    disable("nested");
    adopt("restore", HANDLE);
    disable("serve");
    verdict("", "an environment that is saved and restored is silent");

    start();
    enable("serve", HANDLE);
    thread = 2;
    adopt("help", HANDLE);
    thread_ends(2);
    thread = 1;
    disable("serve");
    verdict("", "a helper that ended is attached no more");
}

static void test_resources(void)
{
    start();
    enable("serve", HANDLE);
    allocate("reply", BLOCK);
    allocate("reply", OTHER_BLOCK);
    give("done_with", BLOCK);
    judge("rpc-environment-leak error 1, rpc-deferred-leak error 1, rpc-block-leak error 1",
          "what is held at the end is told of in its class");
    caused_by(1, 0, "that of a marked block follows from the environment's");
    caused_by(2, 0, "and that of an unmarked one");
    message_is(0, "RPC environment enabled by serve() was never disabled", "the environment");
    message_is(
        1,
        "RPC block from RpcSmAllocate() in reply() was only marked by RpcSmFree(), and never "
        "released: its environment was never disabled",
        "the marked block");
    message_is(2,
               "RPC block from RpcSmAllocate() in reply() was neither freed nor released: its "
               "environment was never disabled",
               "the other one");
    stacks_are(1, "reply", "done_with", "-", "who marked it is shown");
    same(report->findings[0].family, "rpc", "family");
    ok(report->resources_count == 2, "two kinds of resources");
    same(report->resources[0].kind, "rpc-environment", "environments");
    same(report->resources[1].kind, "rpc-block", "and blocks");
    ok(report->resources[1].acquired == 2 && report->resources[1].released == 0 &&
           report->resources[1].live == 2,
       "marked is not released");
    done();
}

/* ---- environments --------------------------------------------------------------------------- */

static void test_implicit_release(void)
{
    start();
    enable("serve", HANDLE);
    allocate("reply", BLOCK);
    allocate("reply", OTHER_BLOCK);
    disable("serve");
    judge("implicit-release note 2", "blocks that go with their environment");
    message_is(0,
               "2 RPC blocks from RpcSmAllocate() in reply() were not freed, but released when "
               "serve() disabled their environment",
               "says how they went");
    done();
}

static void test_allocate_without_enable(void)
{
    start();
    allocate_fails("reply", PENDING);
    judge("allocate-without-enable error 1", "a crash in Allocate");
    message_is(0, "reply() called RpcSmAllocate() on a thread that was in no RPC environment",
               "says why");
    done();

    start();
    allocate_fails("reply", INVALID_ARG);
    verdict("allocate-without-enable error 1", "one that fails");

    start();
    allocate("reply", BLOCK);
    verdict("allocate-without-enable note 1", "one that works leaks nothing besides");

    start();
    enable("serve", HANDLE);
    thread = 2;
    allocate_fails("help", INVALID_ARG);
    thread = 1;
    disable("serve");
    verdict("allocate-without-enable error 1", "another thread's environment does not count");

    start();
    story.trace.complete = false;
    allocate_fails("reply", INVALID_ARG);
    verdict("", "nothing is said of an incomplete trace");

    start();
    forked();
    allocate_fails("reply", INVALID_ARG);
    verdict("", "nor of a forked child, which may have inherited one");

    start();
    story.trace.flags = SCA_FLAG_FORKED;
    allocate_fails("reply", INVALID_ARG);
    verdict("allocate-without-enable error 1", "a child of a process that made no call has none");

    start();
    provider = 2;
    effect(SCA_FN_rpc_sm_set_client_alloc_free, 0, "main", 0x77, 0x78, OK, 0);
    allocate("reply", BLOCK);
    verdict("", "nor where DCE has made one for a client's routines");
}

static void test_nested_enable(void)
{
    start();
    enable("outer", HANDLE);
    enable("inner", HANDLE);
    disable("inner");
    asked("inner", HANDLE);
    allocate("reply", BLOCK);
    give("done_with", BLOCK);
    disable("outer");
    judge("nested-enable warning 1", "a provider that counts");
    message_is(0,
               "inner() called RpcSmEnableAllocate() while the RPC environment enabled by outer() "
               "was active on the thread; it is the same environment again, and wants to be "
               "disabled as often",
               "says that it is the same one");
    done();

    start();
    enable("outer", HANDLE);
    enable("inner", HANDLE);
    allocate("reply", BLOCK);
    disable("inner");
    asked("inner", 0);
    disable("outer");
    verdict("unbalanced-disable error 1, nested-enable warning 1, implicit-release note 1",
            "one that does not count has ended it by the first Disable");

    start();
    enable("serve", HANDLE);
    thread = 2;
    adopt("help", HANDLE);
    enable("inner", HANDLE);
    disable("inner");
    asked("inner", HANDLE);
    adopt("help", 0);
    thread = 1;
    disable("serve");
    verdict("nested-enable warning 1", "a helper that enables and disables is none that disables");

    start();
    provider = 2;
    enable("outer", HANDLE);
    enable("inner", OTHER_HANDLE);
    disable("inner");
    judge("nested-enable error 1, rpc-environment-leak error 1", "one that begins another one");
    caused_by(1, 0, "loses the first one by that");
    message_is(0,
               "inner() called rpc_sm_enable_allocate() while the RPC environment enabled by "
               "outer() was active on the thread; the thread got another environment, and nobody "
               "can disable the first one",
               "says what is lost");
    done();
}

static void test_nested_and_restored(void)
{
    start();
    provider = 2;
    enable("outer", HANDLE);
    enable("inner", OTHER_HANDLE);
    disable("inner");
    adopt("restore", HANDLE);
    disable("outer");
    judge("nested-enable warning 1", "an outer one that is found again is not lost");
    message_is(0,
               "inner() called rpc_sm_enable_allocate() while the RPC environment enabled by "
               "outer() was active on the thread; the thread got another environment",
               "and not said to be");
    done();

    start();
    provider = 2;
    enable("serve", HANDLE);
    thread = 2;
    adopt("help", HANDLE);
    enable("inner", OTHER_HANDLE);
    disable("inner");
    thread = 1;
    disable("serve");
    judge("nested-enable warning 1", "nor is one that another thread has");
    message_is(0,
               "inner() called rpc_sm_enable_allocate() while the RPC environment enabled by "
               "serve() was active on the thread; the thread got another environment",
               "nor said to be");
    done();
}

static void test_helpers(void)
{
    start();
    enable("serve", HANDLE);
    thread = 2;
    adopt("help", HANDLE);
    thread = 1;
    disable("serve");
    judge("disable-while-attached error 1", "disabled under a helper");
    message_is(
        0,
        "RPC environment enabled by serve() was disabled by serve() while 1 other thread was "
        "still in it",
        "says how many");
    done();

    start();
    enable("serve", HANDLE);
    thread = 2;
    adopt("help", HANDLE);
    disable("help");
    thread = 1;
    disable("serve");
    judge("helper-disable error 1", "disabled by a helper");
    message_is(0,
               "help() called RpcSmDisableAllocate() on a thread that had only adopted the RPC "
               "environment enabled by serve()",
               "says whose it is");
    done();

    start();
    enable("serve", HANDLE);
    thread = 2;
    adopt("help", HANDLE);
    disable_with("help", INVALID_ARG);
    adopt("help", 0);
    thread = 1;
    allocate("reply", BLOCK);
    give("done_with", BLOCK);
    disable("serve");
    verdict("helper-disable error 1", "where that fails, the environment goes on");

    start();
    enable("serve", HANDLE);
    thread_ends(1);
    thread = 2;
    adopt("take_over", HANDLE);
    disable("take_over");
    verdict("", "what an ended thread left may be taken over");
}

static void test_helpers_of_the_dead(void)
{
    start();
    enable("serve", HANDLE);
    thread = 2;
    adopt("help", HANDLE);
    thread = 1;
    disable_with("serve", INVALID_ARG);
    disable("serve");
    thread = 2;
    disable_with("help", INVALID_ARG);
    verdict("disable-while-attached error 1, helper-disable error 1",
            "each is told once, also when the environment is gone");
}

static void test_unbalanced_disable(void)
{
    start();
    enable("serve", HANDLE);
    disable("serve");
    asked("serve", HANDLE);
    allocate_fails("reply", INVALID_ARG);
    disable("serve");
    verdict("", "the provider knows better that the thread is in one");

    start();
    enable("serve", HANDLE);
    disable("serve");
    disable("cleanup");
    judge("unbalanced-disable error 1", "disabled again");
    message_is(0,
               "cleanup() called RpcSmDisableAllocate() on a thread that was in no RPC "
               "environment",
               "says so");
    done();

    start();
    disable_with("cleanup", INVALID_ARG);
    verdict("unbalanced-disable error 1", "whatever comes of it");

    start();
    forked();
    disable("cleanup");
    verdict("", "a child may disable what it inherited");
}

static void test_stale_handle(void)
{
    start();
    enable("serve", HANDLE);
    disable("serve");
    thread = 2;
    adopt_with("help", HANDLE, INVALID_ARG);
    judge("stale-thread-handle error 1", "the handle of a dead environment");
    stacks_are(0, "serve", "serve", "help", "its life is told");
    message_is(0,
               "help() called RpcSmSetThreadHandle() with the thread handle of the RPC environment "
               "enabled by serve(), which serve() had disabled; the call failed",
               "in one sentence");
    done();

    start();
    adopt("help", 0x1234);
    allocate("reply", BLOCK);
    verdict("stale-thread-handle error 1", "one that was never handed out, and nothing after it");

    start();
    effect(SCA_FN_RpcSmGetThreadHandle, 0, "main", HANDLE, 0, OK, 0);
    thread = 2;
    adopt("help", HANDLE);
    verdict("", "one that the provider told of is none");

    start();
    forked();
    adopt("help", 0x1234);
    verdict("", "a child may have inherited it");
}

static void test_handed_over(void)
{
    start();
    thread = 2;
    enable("start_up", HANDLE);
    adopt("start_up", 0);
    thread_ends(2);
    cut_short(ENDING_UNKNOWN);
    verdict("held-at-end note 1", "a thread that left it before it ended meant to hand it over");

    start();
    thread = 2;
    enable("start_up", HANDLE);
    thread_ends(2);
    thread = 3;
    adopt("work", HANDLE);
    adopt("work", 0);
    cut_short(ENDING_UNKNOWN);
    verdict("held-at-end note 1", "so did one that others work in after it ended");

    start();
    thread = 2;
    enable("start_up", HANDLE);
    thread_ends(2);
    thread = 3;
    adopt("work", HANDLE);
    thread_ends(3);
    cut_short(ENDING_UNKNOWN);
    verdict("rpc-environment-leak error 1", "who took it over ended in it, too");
}

static void test_environment_leaks(void)
{
    start();
    thread = 2;
    enable("work", HANDLE);
    thread_ends(2);
    cut_short(ENDING_RUNNING);
    judge("rpc-environment-leak error 1", "a thread that ended leaks however the process ends");
    message_is(0, "RPC environment enabled by work() was never disabled: its thread ended",
               "says whose");
    done();

    start();
    enable("work", HANDLE);
    allocate("reply", BLOCK);
    give("done_with", BLOCK);
    cut_short(ENDING_UNKNOWN);
    verdict("held-at-end note 1, held-at-end note 1", "else only the end of the process tells");

    start();
    enable("work", HANDLE);
    cut_short(ENDING__EXIT);
    verdict("rpc-environment-leak warning 1", "_exit is no clean end");

    start();
    enable("work", HANDLE);
    disable_with("work", PENDING);
    verdict("", "a Disable in flight settles it");

    start();
    thread = 2;
    enable("work", HANDLE);
    thread_ends(2);
    thread = 3;
    enable("work", HANDLE);
    allocate("reply", BLOCK);
    give("done_with", BLOCK);
    disable("work");
    verdict("rpc-environment-leak error 1", "a handle that comes back tells the same");

    start();
    thread = 2;
    enable("work", HANDLE);
    allocate("reply", BLOCK);
    allocate("reply", OTHER_BLOCK);
    give("done_with", BLOCK);
    thread_ends(2);
    thread = 3;
    enable("work", HANDLE);
    disable("work");
    judge("rpc-environment-leak error 1, rpc-deferred-leak error 1, rpc-block-leak error 1",
          "and so of its blocks");
    caused_by(1, 0, "which follow from it");
    done();

    start();
    enable("work", HANDLE);
    effect(SCA_FN_RpcSsDisableAllocate, 0, "work", 0, 0, PENDING, 0);
    effect(SCA_FN_RpcSmGetThreadHandle, 0, "work", HANDLE, 0, OK, 0);
    verdict("rpc-environment-leak error 1", "a Disable that raised does not settle it");

    start();
    effect(SCA_FN_rpc_ss_create_support_ptrs, 0, "stub", HANDLE, 0x70, OK, 0);
    provider = 1;
    allocate("reply", BLOCK);
    effect(SCA_FN_rpc_ss_destroy_support_ptrs, 0, "stub", 0, 0, OK, 0);
    verdict("", "what a server stub has is its own");

    start();
    effect(SCA_FN_rpc_ss_create_support_ptrs, 0, "stub", HANDLE, 0x70, OK, 0);
    allocate("reply", BLOCK);
    effect(SCA_FN_rpc_ss_destroy_support_ptrs, 0, "stub", 0, 0, OK, 0);
    effect(SCA_FN_rpc_ss_mem_free, 0, "stub", 0x70, 0, OK, 0);
    judge("", "and is drained");
    ok(report->resources[1].released == 1, "with its blocks");
    done();
}

/* ---- blocks --------------------------------------------------------------------------------- */

static void test_incomplete(void)
{
    start();
    story.trace.complete = false;
    enable("outer", HANDLE);
    enable("inner", OTHER_HANDLE);
    allocate("reply", BLOCK);
    give("done_with", BLOCK);
    give("again", BLOCK);
    thread = 2;
    give("done_with", BLOCK);
    give("done_with", 0x4444);
    adopt("help", OTHER_HANDLE);
    disable("help");
    disable("help");
    give_past(SCA_FN_free, "done_with", BLOCK);
    verdict("", "an incomplete trace proves nothing");
}

static void test_double_free(void)
{
    start();
    enable("serve", HANDLE);
    allocate("reply", BLOCK);
    give("done_with", BLOCK);
    give_with("again", BLOCK, INVALID_ARG);
    disable("serve");
    judge("double-free error 1", "a marked block is marked again");
    stacks_are(0, "reply", "done_with", "again", "with its story");
    done();

    start();
    provider = 2;
    enable("serve", HANDLE);
    allocate("reply", BLOCK);
    give("done_with", BLOCK);
    give_with("again", BLOCK, PENDING);
    verdict("rpc-environment-leak error 1, double-free error 1", "one that was released at once");

    start();
    provider = 2;
    enable("serve", HANDLE);
    allocate("reply", BLOCK);
    give("done_with", BLOCK);
    give("again", BLOCK);
    disable("serve");
    verdict("double-free note 1", "where that works, a stub may have allocated there");
}

static void test_cross_thread_free(void)
{
    start();
    enable("serve", HANDLE);
    allocate("reply", BLOCK);
    thread = 2;
    enable("work", OTHER_HANDLE);
    give_with("done_with", BLOCK, INVALID_ARG);
    disable("work");
    thread = 1;
    disable("serve");
    judge("cross-thread-free error 1", "in another environment");
    stacks_are(0, "reply", "-", "done_with", "allocated and misused");
    message_is(0,
               "RPC block from RpcSmAllocate() in reply(), on thread 1 (thread handle 0x9000), was "
               "freed by done_with(), calling RpcSmFree(), on thread 2 (thread handle 0xa000); "
               "the call failed",
               "names both threads and handles");
    done();

    start();
    enable("serve", HANDLE);
    allocate("reply", BLOCK);
    thread = 2;
    give_with("done_with", BLOCK, INVALID_ARG);
    cut_short(ENDING__EXIT);
    judge("cross-thread-free error 1, rpc-environment-leak warning 1, rpc-block-leak warning 1",
          "in none");
    message_is(0,
               "RPC block from RpcSmAllocate() in reply(), on thread 1 (thread handle 0x9000), was "
               "freed by done_with(), calling RpcSmFree(), on thread 2 (thread handle none); "
               "the call failed",
               "says so");
    caused_by(2, 0, "that it was left follows from it");
    done();

    start();
    provider = 2;
    enable("serve", HANDLE);
    allocate("reply", BLOCK);
    thread = 2;
    enable("work", OTHER_HANDLE);
    give("done_with", BLOCK);
    disable("work");
    thread = 1;
    disable("serve");
    verdict("cross-thread-free error 1", "where it works, the block is gone");
}

static void test_free_failed(void)
{
    start();
    enable("serve", HANDLE);
    allocate("reply", BLOCK);
    give_with("done_with", BLOCK, INVALID_ARG);
    judge("rpc-environment-leak error 1, rpc-block-leak error 1", "a free that failed");
    message_is(
        1,
        "RPC block from RpcSmAllocate() in reply() was not released: the call that should have "
        "done it failed",
        "is told of");
    done();
}

static void test_free_without_enable(void)
{
    start();
    enable("serve", HANDLE);
    allocate("reply", BLOCK);
    adopt("detach", 0);
    give_with("done_with", BLOCK, INVALID_ARG);
    adopt("detach", HANDLE);
    disable("serve");
    judge("free-without-enable error 1", "on its own thread, detached");
    message_is(0,
               "done_with() called RpcSmFree() on a thread that was in no RPC environment, for the "
               "RPC block from RpcSmAllocate() in reply(); the call failed",
               "says what");
    done();

    start();
    give_with("done_with", 0x4444, PENDING);
    verdict("free-without-enable error 1", "of memory that nobody knows");

    start();
    enable("serve", HANDLE);
    give("done_with", 0);
    disable("serve");
    verdict("", "NULL that is accepted is silent");
}

static void test_free_after_disable(void)
{
    start();
    enable("serve", HANDLE);
    allocate("reply", BLOCK);
    give("done_with", BLOCK);
    disable("serve");
    enable("serve", HANDLE);
    give_with("late", BLOCK, INVALID_ARG);
    disable("serve");
    judge("free-after-disable error 1", "its environment is gone");
    stacks_are(0, "reply", "serve", "late", "with its story");
    message_is(0,
               "RPC block from RpcSmAllocate() in reply() was given to RpcSmFree() by late() after "
               "serve() had disabled its environment; the call failed",
               "in one sentence");
    done();

    start();
    enable("serve", HANDLE);
    allocate("reply", BLOCK);
    give("done_with", BLOCK);
    disable("serve");
    enable("serve", HANDLE);
    give("late", BLOCK);
    disable("serve");
    verdict("free-after-disable note 1", "where it works in a new one, a stub may have allocated");

    start();
    enable("serve", HANDLE);
    allocate("reply", BLOCK);
    thread = 2;
    adopt("help", HANDLE);
    thread = 1;
    disable("serve");
    latest()->leave += 20;
    thread = 2;
    give_with("late", BLOCK, INVALID_ARG);
    verdict("disable-while-attached error 1, implicit-release note 1",
            "one that overlaps the Disable is silent");

    start();
    enable("serve", HANDLE);
    allocate("reply", BLOCK);
    give("done_with", BLOCK);
    disable("serve");
    enable("serve", HANDLE);
    allocate("reply", BLOCK);
    give("done_with", BLOCK);
    disable("serve");
    verdict("", "an address that was handed out again is another block");
}

static void test_implicitly_released(void)
{
    start();
    enable("serve", HANDLE);
    allocate("reply", BLOCK);
    disable("serve");
    give_with("late", BLOCK, INVALID_ARG);
    verdict("free-after-disable error 1", "one block, one finding");
}

static void test_invalid_free(void)
{
    start();
    enable("serve", HANDLE);
    give_with("done_with", 0x4444, INVALID_ARG);
    disable("serve");
    judge("invalid-free error 1", "an address that nobody handed out");
    message_is(0,
               "done_with() called RpcSmFree() with an address that was never handed out; the call "
               "failed",
               "says so");
    done();

    start();
    enable("serve", HANDLE);
    give("done_with", 0x4444);
    disable("serve");
    verdict("invalid-free note 1", "where it works, a stub did");

    start();
    enable("serve", HANDLE);
    allocate("reply", BLOCK);
    give_with("done_with", BLOCK + 8, INVALID_ARG);
    give("done_with", BLOCK);
    disable("serve");
    judge("invalid-free error 1", "inside a block");
    message_is(0,
               "done_with() called RpcSmFree() with an address 8 bytes into the RPC block from "
               "RpcSmAllocate() in reply(); the call failed",
               "says where");
    done();
}

static void test_mismatched_free(void)
{
    start();
    enable("serve", HANDLE);
    allocate("reply", BLOCK);
    give_past(SCA_FN_free, "done_with", BLOCK);
    disable("serve");
    judge("mismatched-free error 1", "given to free()");
    message_is(0,
               "RPC block from RpcSmAllocate() in reply() was given to free() instead of RpcSmFree "
               "by done_with()",
               "says what would be right");
    done();

    start();
    enable("serve", HANDLE);
    allocate("reply", BLOCK);
    give_past(SCA_FN_midl_user_free, "done_with", BLOCK);
    give_past(SCA_FN_free, "midl_user_free", BLOCK);
    disable("serve");
    verdict("mismatched-free note 1", "midl_user_free of the program's own is a note");

    start();
    enable("serve", HANDLE);
    allocate("reply", BLOCK);
    effect(SCA_FN_midl_user_free, 0, "done_with", BLOCK, 0, OK, 0);
    disable("serve");
    verdict("", "that of a provider is right");

    start();
    enable("serve", HANDLE);
    allocate("reply", BLOCK);
    give_past(SCA_FN_free, "midl_user_free", BLOCK);
    disable("serve");
    verdict("mismatched-free note 1", "one that is in the program is known by its name");

    start();
    enable("serve", HANDLE);
    allocate("reply", BLOCK);
    give("done_with", BLOCK);
    disable("serve");
    give_past(SCA_FN_free, "unrelated", BLOCK);
    verdict("", "an address that is the program's own by now");

    start();
    enable("serve", HANDLE);
    effect(SCA_FN_SCardListReaders, 1, "list", BLOCK, 7, OK, 20);
    give_with("done_with", BLOCK, INVALID_ARG);
    disable("serve");
    effect(SCA_FN_SCardFreeMemory, 0, "tidy", BLOCK, 7, OK, 0);
    judge("mismatched-free error 1", "an AUTOALLOCATE block, which is freed properly then");
    stacks_are(0, "list", "-", "done_with", "with its story");
    done();

    start();
    enable("serve", HANDLE);
    effect(SCA_FN_SCardListReaders, 1, "list", BLOCK, 7, OK, 20);
    give("done_with", BLOCK);
    disable("serve");
    judge("mismatched-free error 1", "one that is taken is no leak besides");
    ok(report->resources[0].released == 1, "and released");
    done();

    start();
    enable("serve", HANDLE);
    allocate("reply", BLOCK);
    effect(SCA_FN_SCardFreeMemory, 0, "tidy", BLOCK, 7, OK, 0);
    disable("serve");
    verdict("mismatched-free error 1", "the other way round");
}

static void test_mixed_provider(void)
{
    start();
    enable("serve", HANDLE);
    allocate("reply", BLOCK);
    provider = 2;
    give_with("done_with", BLOCK, INVALID_ARG);
    provider = 1;
    disable("serve");
    judge("mixed-provider error 1", "another library that refuses it");
    done();

    start();
    enable("serve", HANDLE);
    provider = 2;
    allocate("reply", BLOCK);
    provider = 1;
    give("done_with", BLOCK);
    provider = 2;
    disable("serve");
    verdict("", "one that shares the environment");

    start();
    provider = 2;
    enable("serve", HANDLE);
    thread = 2;
    adopt("help", HANDLE);
    provider = 1;
    adopt("help", 0);
    thread = 1;
    provider = 2;
    disable("serve");
    verdict("", "nor where a helper leaves by the other");

    start();
    enable("serve", HANDLE);
    provider = 2;
    allocate("reply", BLOCK);
    provider = 1;
    thread = 2;
    give_with("done_with", BLOCK, INVALID_ARG);
    thread = 1;
    disable("serve");
    verdict("cross-thread-free error 1", "what they share is one library's");

    start();
    enable("serve", HANDLE);
    effect(SCA_FN_RpcSmGetThreadHandle, 0, "main", HANDLE, 0, OK, 0);
    latest()->stack = events_raw_stack(&story, (struct trace_frame[]){{3, 0x10}}, 1);
    allocate("reply", BLOCK);
    thread = provider = 2;
    give_with("done_with", BLOCK, INVALID_ARG);
    thread = provider = 1;
    disable("serve");
    verdict("cross-thread-free error 1", "one that is built on the other shares it");

    start();
    enable("serve", HANDLE);
    thread = provider = 2;
    adopt("help", HANDLE);
    provider = 1;
    give_with("done_with", 0x4444, INVALID_ARG);
    adopt("help", 0);
    thread = 1;
    disable("serve");
    verdict("invalid-free error 1", "adopted by the one, it is adopted by the other");
}

static void test_exceptions(void)
{
    start();
    enable("serve", HANDLE);
    effect(SCA_FN_RpcSsFree, 0, "done_with", 0x4444, 0, PENDING, 0);
    allocate("reply", BLOCK);
    give("done_with", BLOCK);
    disable("serve");
    judge("invalid-free error 1", "a call that raised has failed");
    message_is(0,
               "done_with() called RpcSsFree() with an address that was never handed out; the call "
               "failed",
               "and is not in flight");
    done();

    start();
    enable("serve", HANDLE);
    effect(SCA_FN_RpcSsDisableAllocate, 0, "serve", 0, 0, PENDING, 0);
    allocate("reply", BLOCK);
    give("done_with", BLOCK);
    disable("serve");
    verdict("", "a Disable that raised ended nothing");
}

static void test_provider_itself(void)
{
    struct trace_frame frames[] = {{2, 0x10}, {1, made_offset("main")}};

    start();
    disable("cleanup");
    latest()->stack = events_raw_stack(&story, frames, 2);
    verdict("", "what a provider does is its own affair");
}

static void test_at_once(void)
{
    start();
    enable("serve", HANDLE);
    allocate("reply", BLOCK);
    give_with("done_with", BLOCK, SCA_RESULT_FREED);
    allocate("reply", OTHER_BLOCK);
    give("done_with", OTHER_BLOCK); /* where that was not seen */
    judge("rpc-environment-leak error 1",
          "a provider that releases at once leaves no marked block");
    done();

    start();
    enable("serve", HANDLE);
    allocate("reply", BLOCK);
    give("done_with", BLOCK);
    allocate("reply", BLOCK);
    give("done_with", BLOCK);
    verdict("rpc-environment-leak error 1", "nor one that hands out a marked address again");
}

static void test_reissued(void)
{
    start();
    enable("serve", HANDLE);
    allocate("reply", BLOCK);
    allocate("reply", BLOCK);
    give("done_with", BLOCK);
    disable("serve");
    verdict("", "an address that comes back was given back unseen");

    start();
    enable("serve", HANDLE);
    allocate("reply", BLOCK);
    effect(SCA_FN_SCardListReaders, 1, "list", BLOCK, 7, OK, 20);
    effect(SCA_FN_SCardFreeMemory, 0, "tidy", BLOCK, 7, OK, 0);
    disable("serve");
    verdict("", "as what another family hands out");
}

static void test_growth(void)
{
    start();
    enable("serve", HANDLE);
    for (uint64_t i = 0; i < 1100; i++) {
        allocate("reply", BLOCK + i * 0x20);
        give("done_with", BLOCK + i * 0x20);
    }
    disable("serve");
    judge("rpc-deferred-growth warning 1", "blocks that pile up");
    message_is(
        0,
        "1099 RPC blocks of 26376 bytes were waiting in the RPC environment enabled by serve() "
        "to be released: RpcSmFree(), called by done_with(), only marks them",
        "says how many");
    done();

    start();
    for (unsigned j = 0; j < 11; j++) {
        enable("serve", HANDLE);
        for (uint64_t i = 0; i < 100; i++) {
            allocate("reply", BLOCK + i * 0x20);
            give("done_with", BLOCK + i * 0x20);
        }
        disable("serve");
    }
    verdict("", "the same in requests");

    start();
    enable("serve", HANDLE);
    for (uint64_t i = 0; i < 1100; i++)
        allocate("reply", BLOCK + i * 0x20);
    for (uint64_t i = 0; i < 1100; i++)
        give("done_with", BLOCK + i * 0x20);
    disable("serve");
    verdict("", "many that were in use are no growth");

    start();
    enable("serve", HANDLE);
    for (uint64_t j = 0; j < 3; j++) {
        for (uint64_t i = 0; i < 600; i++)
            allocate("reply", BLOCK + (600 * j + i) * 0x20);
        for (uint64_t i = 0; i < 600; i++)
            give("done_with", BLOCK + (600 * j + i) * 0x20);
    }
    disable("serve");
    verdict("", "nor are three times as many");
}

/* ---- routines of client stubs --------------------------------------------------------------- */

static void test_client_free(void)
{
    start();
    enable("serve", HANDLE);
    allocate("reply", BLOCK);
    client_free("done_with", BLOCK, OK);
    disable("serve");
    verdict("", "in an environment it frees blocks");

    start();
    enable("serve", HANDLE);
    allocate("reply", BLOCK);
    adopt("detach", 0);
    client_free("done_with", BLOCK, OK);
    adopt("attach", HANDLE);
    disable("serve");
    verdict("mismatched-free error 1", "outside it is free()");

    start();
    enable("serve", HANDLE);
    set_pair("main", 0x77);
    allocate("reply", BLOCK);
    client_free("done_with", BLOCK, OK);
    disable("serve");
    verdict("mismatched-free error 1", "a routine of the program's own is none for a block");

    start();
    enable("serve", HANDLE);
    swap_pair("install", 0x77, 0x55);
    swap_pair("restore", 0x55, 0x77);
    allocate("reply", BLOCK);
    client_free("done_with", BLOCK, OK);
    disable("serve");
    verdict("", "nor is what was in force at first one of the program's");

    start();
    enable("serve", HANDLE);
    set_pair("main", 0x77);
    allocate("reply", BLOCK);
    client_free("done_with", BLOCK, OK);
    latest()->leave += 30;
    give("routine", BLOCK);
    now += 30;
    disable("serve");
    verdict("", "unless it gives it back");

    start();
    enable("serve", HANDLE);
    set_pair("main", 0x77);
    allocate("reply", BLOCK);
    client_free("done_with", BLOCK, OK);
    latest()->leave += 30;
    give_past(SCA_FN_free, "routine", BLOCK);
    now += 30;
    disable("serve");
    judge("mismatched-free error 1", "where it is seen to free it");
    stacks_are(0, "reply", "-", "routine", "that is told");
    done();

    start();
    enable("serve", HANDLE);
    set_pair("main", 0x77);
    allocate("reply", BLOCK);
    client_free("done_with", BLOCK, OK);
    give("flush", BLOCK);
    disable("serve");
    verdict("", "or does so later");

    start();
    enable("serve", HANDLE);
    set_pair("main", 0x77);
    client_free("done_with", 0x4444, OK);
    disable("serve");
    verdict("", "what a stub handed out is for it");
    start();
    enable("serve", HANDLE);
    client_free("done_with", 0x4444, OK);
    disable("serve");
    verdict("", "what a stub handed out is for it");

    start();
    enable("serve", HANDLE);
    client_free("done_with", 0x4444, INVALID_ARG);
    disable("serve");
    judge("mismatched-free error 1", "what no block is the environment's routine refuses");
    message_is(0,
               "done_with() gave memory that is no RPC block to RpcSmClientFree(), while the "
               "routines in force were those of its RPC environment; the call failed",
               "and it is said that it did");
    done();
}

static void test_allocator_not_restored(void)
{
    start();
    swap_pair("install", 0x77, 0x55);
    judge("allocator-not-restored warning 1", "never put back");
    message_is(0, "routines for client stubs put in force by install() were never put back",
               "says whose");
    done();

    start();
    swap_pair("install", 0x77, 0x55);
    swap_pair("restore", 0x55, 0x77);
    verdict("", "put back by Swap");

    start();
    swap_pair("install", 0x77, 0x55);
    set_pair("restore", 0x55);
    verdict("", "put back by Set");

    start();
    set_pair("install", 0x77);
    verdict("", "Set alone is for good");

    start();
    enable("serve", HANDLE);
    swap_pair("install", 0x77, 0x55);
    disable("serve");
    verdict("", "an environment takes its pair with it");

    start();
    swap_pair("install", 0x77, 0x55);
    cut_short(ENDING_UNKNOWN);
    verdict("", "it may have been about to be");
}

/* ---- libraries that have nothing to do with each other --------------------------------------- */

static void swap_pair_of_dce(const char *where, uint64_t routine, uint64_t old)
{
    effect(SCA_FN_rpc_sm_swap_client_alloc_free, 0, where, routine, routine + 1, OK, 0);
    now -= 10;
    effect(SCA_FN_rpc_sm_swap_client_alloc_free, 1, where, old, old + 1, OK, 0);
}

/* What succeeds outside of environments, too, does not tell that two libraries share theirs. */
static void test_independent(void)
{
    start();
    enable("serve", HANDLE);
    provider = 2;
    effect(SCA_FN_rpc_sm_set_client_alloc_free, 0, "main", 0x77, 0x78, OK, 0);
    enable("call", OTHER_HANDLE);
    allocate("call", BLOCK);
    give("done_with", BLOCK);
    disable("call");
    provider = 1;
    disable("serve");
    verdict("", "one whose routines are set within the other's environment");

    start();
    enable("serve", HANDLE);
    provider = 2;
    effect(SCA_FN_rpc_sm_client_free, 0, "done_with", 0x4444, 0, OK, 0);
    enable("call", OTHER_HANDLE);
    disable("call");
    provider = 1;
    disable("serve");
    verdict("", "one that frees there what its stub returned");

    start();
    enable("serve", HANDLE);
    provider = 2;
    swap_pair_of_dce("install", 0x77, 0x55);
    provider = 1;
    disable("serve");
    provider = 2;
    swap_pair_of_dce("restore", 0x55, 0x77);
    verdict("", "one whose routines outlast it");

    start();
    enable("serve", HANDLE);
    allocate("reply", BLOCK);
    provider = 2;
    swap_pair_of_dce("install", 0x77, 0x55);
    provider = 1;
    client_free("done_with", BLOCK, OK);
    latest()->leave += 30;
    give("routine", BLOCK);
    now += 30;
    disable("serve");
    verdict("", "or may be over the same implementation, after all");

    start();
    enable("serve", SCA_UNTOLD_HANDLE(1));
    provider = 2;
    enable("call", SCA_UNTOLD_HANDLE(1));
    disable("call");
    provider = 1;
    disable("serve");
    verdict("", "two that tell no handles");

    start();
    enable("serve", 0x10);
    thread = provider = 2;
    enable("call", 0x10);
    thread = provider = 1;
    allocate("reply", BLOCK);
    give("done_with", BLOCK);
    disable("serve");
    thread = provider = 2;
    disable("call");
    verdict("", "two that hand out the same handles");
}

/* ---- what nobody saw ------------------------------------------------------------------------- */

static void test_entered_unseen(void)
{
    struct trace_frame of_provider[] = {{3, 0x10}, {1, made_offset("main")}};

    start();
    provider = 2;
    effect(SCA_FN_rpc_ss_create_support_ptrs, 0, "main", HANDLE, 0x70, OK, 0);
    latest()->stack = events_raw_stack(&story, of_provider, 2);
    allocate("manager", BLOCK);
    give("manager", BLOCK);
    verdict("", "an environment that the runtime made for a server's routine");

    start();
    enable("serve", HANDLE);
    disable("serve");
    effect(SCA_FN_RpcSmGetThreadHandle, 0, "manager", HANDLE, 0, OK, 0);
    allocate("manager", BLOCK);
    give("manager", BLOCK);
    thread = 2;
    adopt("help", HANDLE);
    adopt("help", 0);
    verdict("", "one whose handle is told again after its end");

    start();
    events_blind_spot(&story, SCA_BLIND_DEEPBIND, 1);
    enable("serve", HANDLE);
    thread = 2;
    adopt("help", HANDLE);
    disable_with("help", INVALID_ARG);
    thread = 1;
    disable("serve");
    verdict("disable-while-attached note 1, helper-disable note 1",
            "a helper may have left, and enabled, where nobody sees it");

    start();
    enable("serve", HANDLE);
    allocate_sized("reply", BLOCK, 64);
    give("done_with", BLOCK);
    give("done_with", BLOCK + 16);
    disable("serve");
    verdict("invalid-free note 1", "what was marked may be gone, and a stub have the place");
}

int main(void)
{
    test_correct();
    test_resources();
    test_implicit_release();
    test_allocate_without_enable();
    test_nested_enable();
    test_nested_and_restored();
    test_helpers();
    test_helpers_of_the_dead();
    test_unbalanced_disable();
    test_stale_handle();
    test_handed_over();
    test_environment_leaks();
    test_incomplete();
    test_double_free();
    test_cross_thread_free();
    test_free_failed();
    test_free_without_enable();
    test_free_after_disable();
    test_implicitly_released();
    test_invalid_free();
    test_mismatched_free();
    test_mixed_provider();
    test_exceptions();
    test_provider_itself();
    test_at_once();
    test_reissued();
    test_growth();
    test_client_free();
    test_allocator_not_restored();
    test_independent();
    test_entered_unseen();
    printf("1..%d\n", number);
    return failures != 0;
}
