/* SPDX-License-Identifier: MIT */
/*
 * What forked processes do with what they inherited: fork-use with its circumstances, and all that
 * must stay silent.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/replay/forks.h"
#include "report/findings/report.h"
#include "family.h"

#define INVALID_HANDLE 0x80100003U
#define NO_SERVICE 0x8010001DU
#define COMM_ERROR 0x80100013U
#define GARBAGE                                                                                    \
    0x206c6175U /* half of somebody else's answer: seen when two processes ask at once */

/* ---- telling a story ------------------------------------------------------------------------ */

static void establish(const char *where, uint64_t context)
{
    call(SCA_FN_SCardEstablishContext, where, context, OK);
}

static void connect(const char *where, uint64_t context, uint64_t card)
{
    event(SCA_FN_SCardConnect, 0, where, context, 0, OK);
    event(SCA_FN_SCardConnect, 1, where, card, context, OK);
    now += 10;
}

static void use(const char *where, uint64_t context)
{
    call(SCA_FN_SCardListReaders, where, context, OK);
}

static void release(const char *where, uint64_t context)
{
    call(SCA_FN_SCardReleaseContext, where, context, OK);
}

/* A context and a card handle in the parent, and a fork. */
static void inherit_both(void)
{
    begin();
    establish("open_session", 7);
    connect("connect_card", 7, 8);
    fork_off(CHILD, PARENT);
}

/* The parent ends as it should. */
static void close_parent(void)
{
    who = PARENT;
    call(SCA_FN_SCardDisconnect, "close_card", 8, OK);
    release("close_session", 7);
}

/* ---- the verdict ---------------------------------------------------------------------------- */

static void message_is(size_t finding, const char *expected)
{
    same(finding < report->findings_count ? report->findings[finding].message : "(none)", expected,
         "and a sentence");
}

/* "function@pid" of the innermost frames of a finding's stacks, "-" where there is none. */
static void stacks_are(size_t finding, const char *expected)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    for (unsigned i = 0; finding < report->findings_count && i <= STORY_MISUSED; i++) {
        const struct report_place *place = &report->findings[finding].places[0];
        const struct report_stack *stack = &place->stacks[i];

        if (stack->present)
            fprintf(out, "%s%s@%u", i ? " " : "", stack->frames[0].function,
                    stack->ancestor ? stack->ancestor : place->pid);
        else
            fputs(" -", out);
    }
    fclose(out);
    same(text, expected, "with the stacks of both processes");
    free(text);
}

/* ---- fork-use ------------------------------------------------------------------------------- */

static void test_use(void)
{
    inherit_both();
    use("list_readers", 7);
    use("list_again", 7);
    close_parent();
    judge("fork-use warning context 1", "a child uses an inherited context: told once");
    stacks_are(0, "open_session@42 - list_readers@43");
    message_is(0, "SCARDCONTEXT established by open_session() was used by list_readers(), calling "
                  "SCardListReaders(), in a process forked from process 42");
    ok(report->findings[0].threads_count == 2, "and a thread of each");
    done();

    inherit_both();
    call(SCA_FN_SCardTransmit, "send", 8, COMM_ERROR);
    close_parent();
    judge("fork-use warning card-handle 1", "an inherited card handle, also when the call fails");
    stacks_are(0, "connect_card@42 - send@43");
    done();

    inherit_both();
    made[CHILD].trace.complete = false;
    use("list_readers", 7);
    close_parent();
    verdict("fork-use warning context 1", "also where the child's trace is incomplete");

    inherit_both();
    use("list_readers", 7);
    fork_off(OTHER_CHILD, PARENT);
    use("list_readers", 7);
    close_parent();
    judge("fork-use warning context 2", "two children at the same place are one finding");
    message_is(0, "SCARDCONTEXT established by open_session() was used by list_readers(), calling "
                  "SCardListReaders(), in a process forked from process 42, 2 times");
    done();
}

static void test_release(void)
{
    inherit_both();
    use("list_readers", 7);
    release("clean_up", 7);
    close_parent();
    judge("fork-use warning context 1", "a child uses and releases: one finding");
    stacks_are(0, "open_session@42 - clean_up@43");
    message_is(0, "SCARDCONTEXT established by open_session() was released by clean_up() in a "
                  "process forked from process 42; that ends the parent's session");
    done();

    inherit_both();
    call(SCA_FN_SCardDisconnect, "clean_up", 8, COMM_ERROR);
    close_parent();
    judge("fork-use warning card-handle 1", "a release that fails");
    message_is(0, "SCARDHANDLE opened by connect_card() was given to SCardDisconnect() by "
                  "clean_up() in a process forked from process 42; the call failed");
    done();

    inherit_both();
    release("clean_up", 7);
    call(SCA_FN_SCardListReaders, "list_late", 7, INVALID_HANDLE);
    call(SCA_FN_SCardReleaseContext, "clean_again", 7, INVALID_HANDLE);
    close_parent();
    judge("double-release error context 1, use-after-release error context 1, "
          "fork-use warning context 1",
          "what comes after its release is judged as ever");
    stacks_are(0, "open_session@42 clean_up@43 clean_again@43");
    done();
}

static void test_transaction(void)
{
    inherit_both();
    who = PARENT;
    event(SCA_FN_SCardBeginTransaction, 1, "begin", 8, 0, OK);
    now += 10;
    fork_off(OTHER_CHILD, PARENT);
    event(SCA_FN_SCardEndTransaction, 0, "end", 8, 0, OK);
    event(SCA_FN_SCardEndTransaction, 1, "end", 8, 0, OK);
    now += 10;
    close_parent();
    verdict("fork-use warning card-handle 1", "a transaction that a child may have ended");
}

static void test_own(void)
{
    inherit_both();
    connect("connect_own", 7, 9);
    close_parent();
    judge("handle-leak error card-handle 1, fork-use warning context 1",
          "a handle of the child's own in an inherited context is its own leak");
    same(report->findings[0].cause, report->findings[1].fingerprint, "which follows from the use");
    done();

    inherit_both();
    connect("connect_own", 7, 9);
    release("clean_up", 7);
    close_parent();
    verdict("fork-use warning context 1, implicit-release note card-handle 1",
            "and ends with the context");

    inherit_both();
    establish("open_own", 7);
    use("list_readers", 7);
    release("close_own", 7);
    close_parent();
    verdict("", "a value that is handed out to the child itself is its own");
}

static void test_harmless(void)
{
    inherit_both();
    close_parent();
    verdict("", "a child that makes no call");

    begin();
    establish("open_session", 7);
    event(SCA_FN_SCardListReaders, 0, "list_readers", 7, 0, OK);
    event(SCA_FN_SCardListReaders, 1, "list_readers", 0x1000, 7, OK);
    now += 10;
    fork_off(CHILD, PARENT);
    call(SCA_FN_SCardIsValidContext, "ask", 7, OK);
    call(SCA_FN_SCardCancel, "cancel", 7, OK);
    event(SCA_FN_SCardFreeMemory, 0, "free_readers", 0x1000, 7, OK);
    who = PARENT;
    now += 10;
    event(SCA_FN_SCardFreeMemory, 0, "free_readers", 0x1000, 7, OK);
    now += 10;
    release("close_session", 7);
    verdict("", "questions, SCardCancel and the child's copy of a block");
}

/* Through a provider above another one, which comes to it last, but for what is handed out. */
static void call_through(enum sca_fn function, uint8_t effect, const char *where, uint64_t object)
{
    bool acquires = sca_acquires(sca_functions[function].effects[effect].type);
    uint32_t stack = events_stack(&made[who], where, "main", NULL);

    for (unsigned i = 0; i < 2; i++) {
        bool below = acquires == (i == 0);

        events_add(&made[who],
                   (struct made_event){.function = function,
                                       .effect = effect,
                                       .provider = below ? 1 : 2,
                                       .stack = stack,
                                       .object = object,
                                       .companion = 7,
                                       .at = {below ? now + 1 : now, below ? now + 2 : now + 5}});
    }
    now += 10;
}

static void test_layers(void)
{
    begin();
    call_through(SCA_FN_SCardEstablishContext, 0, "open_session", 7);
    fork_off(CHILD, PARENT);
    call_through(SCA_FN_SCardListReaders, 0, "list_readers", 7);
    call_through(SCA_FN_SCardListReaders, 0, "list_again", 7);
    call_through(SCA_FN_SCardReleaseContext, 0, "clean_up", 7);
    who = PARENT;
    call_through(SCA_FN_SCardReleaseContext, 0, "close_session", 7);
    judge("fork-use warning context 1", "used again and again, through two libraries: told once");
    same(report->findings[0].provider, "libother.so.1", "as the program has it");
    done();

    begin();
    call_through(SCA_FN_SCardEstablishContext, 0, "open_session", 7);
    call_through(SCA_FN_SCardConnect, 1, "open_card", 8);
    call_through(SCA_FN_SCardBeginTransaction, 1, "begin", 8);
    fork_off(CHILD, PARENT);
    call_through(SCA_FN_SCardEndTransaction, 0, "end", 8);
    who = PARENT;
    call_through(SCA_FN_SCardDisconnect, 0, "close_card", 8);
    call_through(SCA_FN_SCardReleaseContext, 0, "close_session", 7);
    verdict("fork-use warning card-handle 1", "and what it was used for below is known");
}

/* ---- what was live at the fork -------------------------------------------------------------- */

static void test_not_inherited(void)
{
    begin();
    establish("open_first", 3);
    fork_off(CHILD, PARENT);
    who = PARENT;
    establish("open_session", 7);
    who = CHILD;
    call(SCA_FN_SCardListReaders, "list_readers", 7, INVALID_HANDLE);
    who = PARENT;
    release("close_session", 7);
    release("close_first", 3);
    verdict("", "established after the fork");

    begin();
    establish("open_session", 7);
    release("close_session", 7);
    fork_off(CHILD, PARENT);
    call(SCA_FN_SCardListReaders, "list_readers", 7, INVALID_HANDLE);
    verdict("", "released before the fork");

    begin();
    establish("open_session", 7);
    events_add(&made[PARENT], (struct made_event){.function = SCA_FN_SCardReleaseContext,
                                                  .object = 7,
                                                  .at = {now, now + 100}});
    fork_off(CHILD, PARENT);
    call(SCA_FN_SCardListReaders, "list_readers", 7, INVALID_HANDLE);
    verdict("", "a release was under way at the fork");

    inherit_both();
    who = PARENT;
    release("close_session", 7);
    who = CHILD;
    call(SCA_FN_SCardTransmit, "send", 8, COMM_ERROR);
    verdict("fork-use warning card-handle 1, implicit-release note card-handle 1",
            "released after the fork it was inherited all the same");

    inherit_both();
    events_add(&made[CHILD], (struct made_event){.function = SCA_FN_SCardListReaders,
                                                 .provider = 2,
                                                 .object = 7,
                                                 .at = {now, now + 5},
                                                 .result = INVALID_HANDLE});
    now += 10;
    close_parent();
    verdict("", "another provider's context of that value");

    inherit_both();
    events_add(&made[CHILD], (struct made_event){.function = SCA_FN_SCardListReaders,
                                                 .provider = 2,
                                                 .object = 7,
                                                 .at = {now, 0}});
    free(made[CHILD].providers[2].name);
    made[CHILD].providers[2] = made[CHILD].providers[1];
    made[CHILD].providers[1] =
        (struct trace_provider){xstrdup("libother.so.1"), 3, SCA_FAMILY_PCSC};
    now += 10;
    close_parent();
    verdict("fork-use warning context 1", "the same provider, numbered otherwise");
}

static void test_generations(void)
{
    inherit_both();
    establish("open_own", 5);
    release("close_own", 5);
    fork_off(GRANDCHILD, CHILD);
    use("list_readers", 7);
    close_parent();
    judge("fork-use warning context 1", "inherited through a process that never named it");
    stacks_are(0, "open_session@42 - list_readers@44");
    done();

    inherit_both();
    use("list_readers", 7);
    fork_off(GRANDCHILD, CHILD);
    use("list_readers", 7);
    close_parent();
    verdict("fork-use warning context 2", "and through one that did");

    inherit_both();
    release("clean_up", 7);
    fork_off(GRANDCHILD, CHILD);
    call(SCA_FN_SCardListReaders, "list_readers", 7, INVALID_HANDLE);
    close_parent();
    verdict("fork-use warning context 1", "but not when that had released it before");

    inherit_both();
    fork_off(GRANDCHILD, CHILD);
    who = CHILD;
    release("clean_up", 7);
    who = GRANDCHILD;
    use("list_readers", 7);
    close_parent();
    verdict("fork-use warning context 1, fork-use warning context 1",
            "though it did when that released it afterwards");

    inherit_both();
    establish("open_own", 5);
    fork_off(GRANDCHILD, CHILD);
    release("clean_up", 5);
    who = CHILD;
    call(SCA_FN_SCardReleaseContext, "close_own", 5, INVALID_HANDLE);
    close_parent();
    judge("fork-use warning context 1", "what the child acquired is inherited from the child");
    stacks_are(0, "open_own@43 - clean_up@44");
    done();
}

/* ---- whose child ---------------------------------------------------------------------------- */

static void silent_if(const char *name)
{
    use("list_readers", 7);
    close_parent();
    verdict("", name);
}

static void test_parents(void)
{
    struct trace *parent = &made[PARENT].trace, *child = &made[CHILD].trace;

    inherit_both();
    replace(&parent->path, "traces/scardaudit.app.41.0.trace");
    silent_if("the parent's trace is not there");

    inherit_both();
    replace(&parent->path, "elsewhere/scardaudit.app.42.0.trace");
    silent_if("it lies in another folder");

    inherit_both();
    child->flags = 0;
    silent_if("the process was not forked");

    inherit_both();
    parent->pid = 41;
    silent_if("it is another process's");

    inherit_both();
    replace(&parent->run_id, "another");
    silent_if("it is another run's");

    inherit_both();
    parent->clock = SCA_CLOCK_TSC;
    silent_if("it has another clock");

    inherit_both();
    parent->build_id_size = 1;
    silent_if("it is another program's");

    inherit_both();
    parent->start_clock = child->parent_clock + 1;
    silent_if("it was begun after the fork");

    inherit_both();
    child->parent_clock = child->start_clock + 1;
    silent_if("the fork is said to have come after the child");

    inherit_both();
    parent->complete = false;
    silent_if("it is incomplete");

    inherit_both();
    parent->flags = SCA_FLAG_FORKED;
    parent->parent_clock = parent->start_clock;
    replace(&parent->parent_trace, "scardaudit.app.43.0.trace");
    use("list_readers", 7);
    close_parent();
    verdict("fork-use warning context 1", "two that name each other are not parent and child");
}

static void test_names(void)
{
    struct trace trace = {.path = (char[]){"a/b/child.trace"}, .flags = SCA_FLAG_FORKED};
    static char name[] = "scardaudit.app.7.0.trace", hostile[] = "scardaudit/../../etc.trace",
                other[] = "passwd", none[] = "";
    char *path;

    trace.parent_trace = name;
    path = forks_parent_path(&trace);
    same(path ? path : "(null)", "a/b/scardaudit.app.7.0.trace", "the parent's trace lies beside");
    free(path);
    trace.path = (char[]){"child.trace"};
    path = forks_parent_path(&trace);
    same(path ? path : "(null)", "scardaudit.app.7.0.trace", "also in the current folder");
    free(path);
    trace.parent_trace = hostile;
    ok(!forks_parent_path(&trace), "never elsewhere");
    trace.parent_trace = other;
    ok(!forks_parent_path(&trace), "nor under another name");
    trace.parent_trace = none;
    ok(!forks_parent_path(&trace), "there may be none");
}

static void test_unjudged(void)
{
    inherit_both();
    made[PARENT].trace.unjudged = true;
    use("list_readers", 7);
    judge("fork-use note context 1", "a parent that is only looked at leaks nothing");
    stacks_are(0, "open_session@42 - list_readers@43");
    ok(report->processes_count == 1 && report->processes[0].pid == 43, "and is no process");
    ok(report_calls(report) == 1 && report->resources_count == 0, "its calls do not count");
    done();
}

/* ---- the parent ----------------------------------------------------------------------------- */

static void test_parents_failures(void)
{
    inherit_both();
    release("clean_up", 7);
    who = PARENT;
    call(SCA_FN_SCardTransmit, "send", 8, COMM_ERROR);
    call(SCA_FN_SCardDisconnect, "close_card", 8, NO_SERVICE);
    call(SCA_FN_SCardReleaseContext, "close_session", 7, NO_SERVICE);
    verdict("fork-use warning context 1", "the parent's next calls fail");

    inherit_both();
    release("clean_up", 7);
    who = PARENT;
    call(SCA_FN_SCardDisconnect, "close_card", 8, COMM_ERROR);
    call(SCA_FN_SCardReleaseContext, "close_session", 7, NO_SERVICE);
    verdict("fork-use warning context 1", "its disconnect first");

    inherit_both();
    release("clean_up", 7);
    who = PARENT;
    call(SCA_FN_SCardReleaseContext, "close_session", 7, INVALID_HANDLE);
    verdict("fork-use warning context 1", "its release, and what belongs to the context");

    inherit_both();
    use("list_readers", 7);
    who = PARENT;
    call(SCA_FN_SCardDisconnect, "close_card", 8, GARBAGE);
    release("close_session", 7);
    verdict("fork-use warning context 1", "it is given the child's answer");

    inherit_both();
    release("clean_up", 7);
    who = PARENT;
    call(SCA_FN_SCardTransmit, "send", 8, COMM_ERROR);
    verdict("context-leak error context 1, fork-use warning context 1",
            "the parent never gave back its context, and could give back nothing else");

    inherit_both();
    use("list_readers", 7);
    who = PARENT;
    release("close_session", 7);
    verdict("fork-use warning context 1, implicit-release note card-handle 1",
            "and what it did not disconnect ends implicitly");
}

static void test_handed_over(void)
{
    inherit_both();
    made[PARENT].trace.end = SCA_END_NONE;
    use("serve", 7);
    judge("fork-use note context 1", "the parent ended at the fork, as in daemon(): a note");
    message_is(0, "SCARDCONTEXT established by open_session() was used by serve(), calling "
                  "SCardListReaders(), in a process forked from process 42; process 42 ended "
                  "without using it again");
    same(report->findings[0].fix,
         "Establish the context in the process that uses it, after fork() or daemon().",
         "and advice of its own");
    done();

    inherit_both();
    made[PARENT].trace.end = SCA_END__EXIT;
    release("shut_down", 7);
    judge("fork-use note context 1", "the parent called _exit, and its child released for it");
    message_is(0, "SCARDCONTEXT established by open_session() was released by shut_down() in a "
                  "process forked from process 42; process 42 ended without using it again");
    done();

    inherit_both();
    made[PARENT].trace.end = SCA_END__EXIT;
    use("serve", 7);
    judge("context-leak warning context 1, handle-leak warning card-handle 1, "
          "fork-use note context 1",
          "it called _exit, and nobody released it");
    done();

    inherit_both();
    made[PARENT].trace.end = SCA_END_EXIT;
    who = PARENT;
    call(SCA_FN_SCardIsValidContext, "look", 7, OK);
    who = CHILD;
    release("shut_down", 7);
    judge("fork-use note context 1", "a local call of the parent uses no session");
    done();

    inherit_both();
    made[PARENT].trace.end = SCA_END_NONE;
    made[PARENT].trace.running = true;
    use("serve", 7);
    verdict(
        "fork-use warning context 1, held-at-end note context 1, held-at-end note card-handle 1",
        "a parent that runs may still make calls");

    inherit_both();
    made[PARENT].trace.end = SCA_END_NONE;
    use("serve", 7);
    fork_off(OTHER_CHILD, PARENT);
    call(SCA_FN_SCardTransmit, "send", 8, OK);
    verdict("fork-use warning context 1, fork-use warning card-handle 1",
            "two children share one session");
}

/* Its environments are RPC stub memory's: what a parent did that is missing may have entered one.
 */
static void fork_off_with_rpc(void)
{
    begin();
    made[PARENT].providers[2].family = SCA_FAMILY_RPC;
    establish("open_session", 7);
    release("shut_down", 7);
    fork_off(CHILD, PARENT);
    made[CHILD].providers[1].family = SCA_FAMILY_RPC;
}

static void test_environments(void)
{
    fork_off_with_rpc();
    call(SCA_FN_RpcSmDisableAllocate, "tidy", 0, OK);
    verdict("unbalanced-disable error rpc-environment 1", "a child has none of a parent without");

    fork_off_with_rpc();
    made[PARENT].trace.complete = false;
    call(SCA_FN_RpcSmDisableAllocate, "tidy", 0, OK);
    verdict("", "of one whose trace is incomplete, nobody knows");

    fork_off_with_rpc();
    events_blind_spot(&made[PARENT], SCA_BLIND_DEEPBIND, 1);
    call(SCA_FN_RpcSmDisableAllocate, "tidy", 0, OK);
    verdict("", "nor of one that called where nobody watches");
}

int main(void)
{
    test_use();
    test_release();
    test_transaction();
    test_own();
    test_layers();
    test_harmless();
    test_not_inherited();
    test_generations();
    test_parents();
    test_names();
    test_unjudged();
    test_parents_failures();
    test_handed_over();
    test_environments();
    printf("1..%d\n", number);
    return failures != 0;
}
