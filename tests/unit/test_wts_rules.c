/* SPDX-License-Identifier: MIT */
/*
 * Remote Desktop Services: each mistake with its correct twin, and what must stay silent because it
 * is not certain.
 */
#include "wts_story.h"

static void test_correct(void)
{
    start();
    open_server("main", SERVER);
    query("name", BUFFER, YES);
    give("name", BUFFER);
    query("name", BUFFER, YES);
    give("name", BUFFER);
    sessions_ex("list", BUFFER, 5);
    give_typed(SCA_FN_WTSFreeMemoryExA, "list", BUFFER, 2, 5, YES);
    processes_ex("list", BUFFER, 1, 3);
    give_typed(SCA_FN_WTSFreeMemoryExW, "list", BUFFER, 1, 3, YES);
    processes_ex("list", BUFFER, 0, 3);
    give_typed(SCA_FN_WTSFreeMemoryExW, "list", BUFFER, 0, 0, YES);
    processes_ex("list", BUFFER, 0, 3);
    give("list", BUFFER);
    processes_ex("list", BUFFER, SCA_LEVEL_UNKNOWN, 3);
    give_typed(SCA_FN_WTSFreeMemoryExA, "list", BUFFER, 1, 7, YES);
    open_channel("talk", SERVER, CHANNEL);
    write_channel("talk", CHANNEL, NO);
    close_channel("talk", CHANNEL, YES);
    effect(SCA_FN_WTSRegisterSessionNotification, 0, "watch", 7, 0, YES, 0);
    effect(SCA_FN_WTSUnRegisterSessionNotification, 0, "watch", 7, 0, YES, 0);
    close_server("main", SERVER);
    give("main", 0);
    close_server("main", 0);
    judge("", "what is given back as it should be is silent");
    ok(report->resources_count == 4, "four kinds of resources");
    same(report->resources[0].kind, "wts-buffer", "buffers are counted");
    ok(report->resources[0].acquired == 7 && report->resources[0].released == 7, "and released");
    same(report->resources[0].family, "wts", "family");
    done();
}

/* ---- buffers -------------------------------------------------------------------------------- */

static void test_leak(void)
{
    start();
    query("name", BUFFER, YES);
    judge("wts-buffer-leak error 1", "a buffer that is kept");
    message_is(0,
               "WTS buffer from WTSQuerySessionInformationA() in name() was never given to "
               "WTSFreeMemory",
               "says where it goes");
    ok(report->findings[0].bytes == 8, "and how much it is");
    done();

    start();
    sessions_ex("list", BUFFER, 5);
    judge("wts-buffer-leak error 1", "one with a type class");
    message_is(0,
               "WTS buffer from WTSEnumerateSessionsExA() in list() was never given to "
               "WTSFreeMemoryExA",
               "goes to the function of its letter");
    done();

    start();
    sessions_ex("list", BUFFER, 5);
    give_typed(SCA_FN_WTSFreeMemoryExA, "list", BUFFER, 2, 5, NO);
    judge("wts-buffer-leak error 1", "one whose deallocator failed");
    message_is(0,
               "WTS buffer from WTSEnumerateSessionsExA() in list() was not freed: the call that "
               "should have done it failed",
               "says so");
    done();

    start();
    query("name", BUFFER, YES);
    effect(SCA_FN_WTSFreeMemory, 0, "name", BUFFER, 0, PENDING, 0);
    verdict("", "one that is being freed is none");

    start();
    query("name", BUFFER, YES);
    query("name", BUFFER, YES);
    give("name", BUFFER);
    judge("wts-buffer-leak error 1", "an address that is handed out again while it is live");
    message_is(0,
               "WTS buffer from WTSQuerySessionInformationA() in name() was freed by something "
               "other than WTSFreeMemory: its address was handed out again while still live",
               "was freed past its deallocator");
    done();

    start();
    query("name", BUFFER, YES);
    effect(SCA_FN_WTSFreeMemory, 0, "name", BUFFER, 0, PENDING, 0);
    query("name", BUFFER, YES);
    give("name", BUFFER);
    verdict("", "or by a call that has not come back");

    start();
    query("name", BUFFER, YES);
    story.trace.complete = false;
    verdict("", "nothing is said of an incomplete trace");

    start();
    query("name", BUFFER, YES);
    story.trace.end = SCA_END_NONE;
    verdict("held-at-end note 1", "nor is a process that was killed accused");
}

static void test_double_free(void)
{
    start();
    query("name", BUFFER, YES);
    give("name", BUFFER);
    give("again", BUFFER);
    judge("double-free error 1", "freed twice");
    stacks_are(0, "name", "name", "again", "with its story");
    message_is(
        0,
        "WTS buffer from WTSQuerySessionInformationA() in name() was freed by name(), calling "
        "WTSFreeMemory(), and again by again(), calling WTSFreeMemory(); in between its "
        "memory may have become the program's own",
        "in one sentence");
    done();

    start();
    query("name", BUFFER, YES);
    give("name", BUFFER);
    give("again", BUFFER);
    latest()->flags = SCA_CALL_QUARANTINED | SCA_CALL_ABSORBED;
    verdict("double-free error 1", "beyond doubt, in quarantine");

    start();
    query("name", BUFFER, YES);
    give("name", BUFFER);
    query("name", BUFFER, YES);
    give("again", BUFFER);
    verdict("", "an address that was handed out again is another buffer");

    start();
    query("name", BUFFER, YES);
    give("name", BUFFER);
    give("again", BUFFER);
    story.trace.complete = false;
    verdict("", "that may be missing in an incomplete trace");
}

static void test_invalid_free(void)
{
    start();
    give("main", 0x7000);
    judge("invalid-free error 1", "memory of the program's own");
    message_is(0, "main() called WTSFreeMemory() with an address that was never handed out",
               "says so");
    done();

    start();
    effect(SCA_FN_WTSEnumerateSessionsA, 1, "list", BUFFER, entries(0, 2), YES, 100);
    give("list", BUFFER + 48);
    give("list", BUFFER);
    judge("invalid-free error 1", "text inside a buffer");
    message_is(0,
               "list() called WTSFreeMemory() with an address 48 bytes into the WTS buffer from "
               "WTSEnumerateSessionsA() in list()",
               "says where");
    done();

    start();
    give_typed(SCA_FN_WTSFreeMemoryExA, "main", 0x7000, 2, 1, NO);
    verdict("invalid-free error 1", "the same by WTSFreeMemoryEx");

    start();
    events_blind_spot(&story, SCA_BLIND_DEEPBIND, 1);
    give("main", 0x7000);
    verdict("invalid-free note 1", "it may have been handed out where nobody watches");

    start();
    forked();
    give("main", 0x7000);
    verdict("", "or in an ancestor");

    start();
    story.trace.complete = false;
    give("main", 0x7000);
    verdict("", "or be missing");
}

static void test_wrong_type_class(void)
{
    start();
    sessions_ex("list", BUFFER, 5);
    give_typed(SCA_FN_WTSFreeMemoryExA, "done_with", BUFFER, 1, 5, YES);
    judge("wrong-type-class error 1", "another type class");
    stacks_are(0, "list", "-", "done_with", "with its story");
    message_is(0,
               "WTS buffer from WTSEnumerateSessionsExA() in list() was given to "
               "WTSFreeMemoryExA() by done_with(), as WTSTypeProcessInfoLevel1 instead of "
               "WTSTypeSessionInfoLevel1",
               "says which");
    done();

    start();
    processes_ex("list", BUFFER, 1, 5);
    give_typed(SCA_FN_WTSFreeMemoryExW, "done_with", BUFFER, 1, 1, YES);
    judge("wrong-type-class error 1", "another number of entries");
    message_is(0,
               "WTS buffer from WTSEnumerateProcessesExW() in list() was given to "
               "WTSFreeMemoryExW() by done_with(), with a count of 1 instead of 5",
               "says how many");
    done();

    start();
    processes_ex("list", BUFFER, 1, 5);
    give_typed(SCA_FN_WTSFreeMemoryExA, "done_with", BUFFER, 7, 4, YES);
    judge("wrong-type-class error 1", "everything at once");
    message_is(0,
               "WTS buffer from WTSEnumerateProcessesExW() in list() was given to "
               "WTSFreeMemoryExA() instead of WTSFreeMemoryExW by done_with(), as type class 7 "
               "instead of WTSTypeProcessInfoLevel1, with a count of 4 instead of 5",
               "is one finding");
    done();

    start();
    processes_ex("list", BUFFER, 0, 5);
    give_typed(SCA_FN_WTSFreeMemoryExA, "done_with", BUFFER, 0, 5, YES);
    verdict("wrong-type-class error 1", "the other letter, of level 0 too");

    start();
    sessions_ex("list", BUFFER, 5);
    give_typed(SCA_FN_WTSFreeMemoryExA, "done_with", BUFFER, 0, 5, NO);
    judge("wrong-type-class error 1, wts-buffer-leak error 1", "one that failed left the buffer");
    caused_by(1, 0, "whose leak follows from it");
    done();

    start();
    sessions_ex("list", BUFFER, 5);
    give_typed(SCA_FN_WTSFreeMemoryExA, "done_with", BUFFER, 0, 5, NO);
    give_typed(SCA_FN_WTSFreeMemoryExA, "done_with", BUFFER, 2, 5, YES);
    verdict("wrong-type-class error 1", "unless it is freed then");

    start();
    sessions_ex("list", BUFFER, 5);
    give_typed(SCA_FN_WTSFreeMemoryExA, "done_with", BUFFER, 0, 5, PENDING);
    verdict("wrong-type-class error 1", "one that the process died in is no leak");

    start();
    events_blind_spot(&story, SCA_BLIND_DEEPBIND, 1);
    sessions_ex("list", BUFFER, 5);
    give_typed(SCA_FN_WTSFreeMemoryExA, "done_with", BUFFER, 0, 5, YES);
    verdict("wrong-type-class note 1", "it may be another buffer, handed out unseen");

    start();
    story.trace.complete = false;
    sessions_ex("list", BUFFER, 5);
    give_typed(SCA_FN_WTSFreeMemoryExA, "done_with", BUFFER, 0, 5, YES);
    verdict("", "or one that is missing");
}

static void test_wrong_deallocator(void)
{
    start();
    sessions_ex("list", BUFFER, 5);
    give("done_with", BUFFER);
    judge("mismatched-free error 1", "WTSFreeMemory where a type class is due");
    message_is(0,
               "WTS buffer from WTSEnumerateSessionsExA() in list() was given to WTSFreeMemory() "
               "instead of WTSFreeMemoryExA by done_with()",
               "says what is due");
    done();

    start();
    processes_ex("list", BUFFER, 1, 5);
    give("done_with", BUFFER);
    give_typed(SCA_FN_WTSFreeMemoryExW, "done_with", BUFFER, 1, 5, YES);
    verdict("mismatched-free error 1", "and nothing more where the right one follows");

    start();
    processes_ex("list", BUFFER, 1, 5);
    give("done_with", BUFFER);
    give_typed(SCA_FN_WTSFreeMemoryExW, "done_with", BUFFER, 1, 5, YES);
    latest()->flags = SCA_CALL_QUARANTINED;
    verdict("mismatched-free error 1, double-free error 1", "unless the first one had freed it");

    start();
    query("name", BUFFER, YES);
    give_typed(SCA_FN_WTSFreeMemoryExA, "done_with", BUFFER, 2, 1, NO);
    judge("mismatched-free error 1, wts-buffer-leak error 1", "a type class where none is due");
    caused_by(1, 0, "whose leak follows from it");
    message_is(0,
               "WTS buffer from WTSQuerySessionInformationA() in name() was given to "
               "WTSFreeMemoryExA() instead of WTSFreeMemory by done_with(), which failed",
               "says that it failed");
    done();

    start();
    query("name", BUFFER, YES);
    give_typed(SCA_FN_WTSFreeMemoryExA, "done_with", BUFFER, 2, 1, NO);
    give("done_with", BUFFER);
    verdict("mismatched-free error 1", "unless it is freed then");
}

static void test_cross_thread(void)
{
    start();
    query("name", BUFFER, YES);
    thread = 2;
    give("done_with", BUFFER);
    judge("cross-thread-free note 1", "freed on another thread");
    message_is(0,
               "WTS buffer from WTSQuerySessionInformationA() in name() was freed on another "
               "thread, by done_with()",
               "says so");
    done();

    start();
    open_server("main", SERVER);
    open_channel("talk", SERVER, CHANNEL);
    thread = 2;
    close_channel("talk", CHANNEL, YES);
    close_server("main", SERVER);
    verdict("", "handles go from thread to thread");
}

/* ---- results that contradict themselves ----------------------------------------------------- */

static void ask_ready(const char *where, uint64_t buffer, uint64_t result)
{
    effect(SCA_FN_WTSVirtualChannelQuery, 0, where, CHANNEL, 0, result, 0);
    now -= 10;
    effect(SCA_FN_WTSVirtualChannelQuery, 1, where, buffer, entries(0, 4), result, 4);
}

static void test_provider_fault(void)
{
    start();
    open_channel("talk", 0, CHANNEL);
    ask_ready("ready", BUFFER, NO);
    close_channel("talk", CHANNEL, YES);
    judge("provider-fault warning 1", "FALSE with a buffer");
    message_is(
        0,
        "WTSVirtualChannelQuery() of libwinpr2.so.2, called by ready(), failed, but handed out "
        "a buffer of 4 bytes all the same; it was never freed, as no caller can know that it "
        "owns one then",
        "says whose fault that is");
    stacks_are(0, "ready", "-", "-", "and who called");
    ok(report->findings[0].bytes == 4, "with its bytes");
    done();

    start();
    open_channel("talk", 0, CHANNEL);
    ask_ready("ready", BUFFER, NO);
    give("ready", BUFFER);
    ask_ready("ready", BUFFER, NO);
    give("ready", BUFFER);
    close_channel("talk", CHANNEL, YES);
    judge("provider-fault warning 2", "a caller that frees it makes no mistake");
    message_is(
        0,
        "WTSVirtualChannelQuery() of libwinpr2.so.2, called by ready(), failed, but handed out "
        "2 buffers of 8 bytes all the same; they were freed",
        "and it is said that it does");
    done();

    start();
    open_channel("talk", 0, CHANNEL);
    ask_ready("ready", BUFFER, NO);
    ask_ready("ready", BUFFER, NO);
    thread = 2;
    give("other", BUFFER);
    close_channel("talk", CHANNEL, YES);
    verdict("provider-fault warning 2", "nor is anything else said of such buffers");

    start();
    effect(SCA_FN_WTSEnumerateSessionsExA, 1, "list", BUFFER, entries(1, 0), NO, 0);
    give("list", BUFFER);
    verdict("provider-fault warning 1", "by whatever they are freed");

    start();
    open_channel("talk", 0, CHANNEL);
    ask_ready("ready", 0, YES);
    latest()->flags = SCA_CALL_EMPTY;
    close_channel("talk", CHANNEL, YES);
    judge("provider-fault warning 1", "TRUE without one");
    message_is(
        0,
        "WTSVirtualChannelQuery() of libwinpr2.so.2, called by ready(), succeeded, but handed "
        "out no buffer; what the caller takes for one was never set",
        "says what is wrong");
    done();

    start();
    effect(SCA_FN_WTSQueryUserConfigA, 0, "look", 0, 0, NO, 0);
    verdict("", "FALSE without one is as it should be");
}

/* ---- handles -------------------------------------------------------------------------------- */

static void test_handle_leaks(void)
{
    start();
    open_server("main", SERVER);
    open_channel("talk", SERVER, CHANNEL);
    effect(SCA_FN_WTSRegisterSessionNotification, 0, "watch", 7, 0, YES, 0);
    effect(SCA_FN_WTSRegisterSessionNotification, 0, "watch", 7, 0, YES, 0);
    effect(SCA_FN_WTSUnRegisterSessionNotification, 0, "watch", 7, 0, YES, 0);
    judge("wts-handle-leak error 1, wts-handle-leak error 1, wts-handle-leak error 1",
          "what is still open");
    message_is(0, "WTS server handle opened by main() was never closed", "a server");
    message_is(1, "WTS channel opened by talk() was never closed", "a channel");
    message_is(2,
               "session notification registered by watch() was never unregistered: 1 held at "
               "exit; 1 other from the same place was unregistered, at watch()",
               "a notification, which nests");
    same(report->findings[1].cause, "", "no leak follows from another");
    done();

    start();
    open_server("main", SERVER);
    open_channel("talk", SERVER, CHANNEL);
    close_server("main", SERVER);
    judge("wts-handle-leak error 1", "a channel that outlives its server");
    message_is(0,
               "WTS channel opened by talk() was never closed; its server was closed before, which "
               "did not close it",
               "says so");
    done();

    start();
    open_channel("talk", 0, CHANNEL);
    close_channel("talk", CHANNEL, NO);
    verdict("wts-handle-leak error 1", "one whose end failed");

    start();
    open_channel("talk", 0, CHANNEL);
    close_channel("talk", CHANNEL, PENDING);
    open_server("main", SERVER);
    effect(SCA_FN_WTSCloseServer, 0, "main", SERVER, 0, PENDING, 0);
    verdict("", "one that is ending");

    start();
    effect(SCA_FN_WTSUnRegisterSessionNotification, 0, "watch", 7, 0, NO, 0);
    verdict("", "to unregister what is not harms nobody");
}

/* FreeRDP closes channels of a server that is closed, by calls of its own. */
static void test_nested_close(void)
{
    start();
    open_server("main", SERVER);
    open_channel("talk", SERVER, CHANNEL);
    close_server("main", SERVER);
    within(20);
    close_channel("rdp_server_close", CHANNEL, YES);
    now -= 8;
    close_channel("rdp_server_close", 0, YES);
    now += 30;
    verdict("", "those are seen");

    start();
    open_server("main", SERVER);
    open_channel("talk", SERVER, CHANNEL);
    close_server("main", SERVER);
    within(20);
    close_channel("rdp_server_close", CHANNEL, YES);
    now += 30;
    close_channel("talk", CHANNEL, YES);
    judge("double-release error 1", "to close them again is wrong");
    stacks_are(0, "talk", "rdp_server_close", "talk", "with its story");
    done();

    start();
    open_server("main", SERVER);
    open_channel("talk", SERVER, CHANNEL);
    close_server("main", SERVER);
    close_channel("talk", CHANNEL, YES);
    judge("use-after-release warning 1", "one that is left is closed too late");
    stacks_are(0, "talk", "main", "talk", "with its story");
    message_is(0,
               "WTS channel opened by talk() was used by talk(), calling WTSVirtualChannelClose(), "
               "after main() had closed its server: FreeRDP's channel leads there",
               "says why that is no good");
    done();

    start();
    open_server("main", SERVER);
    open_channel("talk", SERVER, CHANNEL);
    close_server("main", SERVER);
    write_channel("talk", CHANNEL, NO);
    close_channel("talk", CHANNEL, NO);
    verdict("use-after-release warning 1", "once, and no leak where the provider had closed it");

    start();
    open_server("main", SERVER);
    open_channel("talk", SERVER, CHANNEL);
    close_server("main", SERVER);
    latest()->leave += 20;
    close_channel("talk", CHANNEL, YES);
    verdict("", "silent where the calls overlap");
}

static void test_generations(void)
{
    start();
    for (int i = 0; i < 3; i++) {
        open_server("main", SERVER);
        open_channel("talk", SERVER, CHANNEL);
        close_channel("talk", CHANNEL, YES);
        close_server("main", SERVER);
    }
    verdict("", "values come back");

    start();
    open_server("main", SERVER);
    open_channel("talk", SERVER, CHANNEL);
    close_server("main", SERVER);
    open_server("main", SERVER);
    write_channel("talk", CHANNEL, NO);
    close_channel("talk", CHANNEL, NO);
    close_server("main", SERVER);
    verdict("use-after-release warning 1", "a channel is that of the server before");

    start();
    open_server("main", SERVER);
    open_channel("talk", SERVER, CHANNEL);
    close_server("main", SERVER);
    open_server("main", SERVER);
    open_channel("talk", SERVER, CHANNEL);
    close_channel("talk", CHANNEL, YES);
    close_server("main", SERVER);
    verdict("", "one of a server that is gone went with it, if its value comes back");

    start();
    open_server("main", SERVER);
    close_server("main", SERVER);
    open_channel("talk", SERVER, CHANNEL);
    write_channel("talk", CHANNEL, YES);
    close_channel("talk", CHANNEL, YES);
    verdict("use-after-release error 1", "one that is opened on a dead server is that of another");

    start();
    open_server("main", SERVER);
    open_channel("talk", SERVER, CHANNEL);
    open_channel("again", SERVER, CHANNEL);
    close_channel("talk", CHANNEL, YES);
    close_server("main", SERVER);
    judge("", "a static channel that is opened twice is one");
    ok(report->resources[1].acquired == 1, "and counts as one");
    done();

    start();
    open_channel("talk", 0, CHANNEL);
    open_channel("again", 0, CHANNEL);
    judge("wts-handle-leak error 1", "which leaks once");
    stacks_are(0, "talk", "-", "-", "as it was opened first");
    done();

    start();
    open_channel("talk", 0, CHANNEL);
    open_channel("again", 0, CHANNEL);
    close_channel("talk", CHANNEL, YES);
    close_channel("again", CHANNEL, YES);
    judge("double-release warning 1", "and is closed once; but a provider may count");
    message_is(0,
               "WTS channel opened by talk() was closed by talk() and closed again by again(); it "
               "had been opened twice, which gave the same handle, to be closed once",
               "says why");
    done();

    start();
    open_channel("talk", 0, CHANNEL);
    open_channel("again", 0, CHANNEL);
    close_channel("talk", CHANNEL, YES);
    close_channel("again", CHANNEL, NO);
    verdict("double-release error 1", "one that fails proves that it does not");

    start();
    open_server("main", SERVER);
    open_server("main", SERVER);
    close_server("main", SERVER);
    close_server("main", SERVER);
    verdict("", "nobody knows of a server, which is closed without a result");
}

static void test_dead_handles(void)
{
    start();
    open_server("main", SERVER);
    close_server("main", SERVER);
    close_server("again", SERVER);
    judge("double-release error 1", "a server that is closed twice");
    message_is(
        0, "WTS server handle opened by main() was closed by main() and closed again by again()",
        "says by whom");
    done();

    start();
    open_server("main", SERVER);
    close_server("main", SERVER);
    effect(SCA_FN_WTSEnumerateSessionsA, 0, "list", SERVER, 0, NO, 0);
    judge("use-after-release error 1", "used after it was closed");
    message_is(0,
               "WTS server handle opened by main() was used by list(), calling "
               "WTSEnumerateSessionsA(), after main() had closed it",
               "says how");
    done();

    start();
    events_blind_spot(&story, SCA_BLIND_DEEPBIND, 1);
    open_server("main", SERVER);
    close_server("main", SERVER);
    effect(SCA_FN_WTSEnumerateSessionsA, 0, "list", SERVER, 0, NO, 0);
    close_server("again", SERVER);
    verdict("double-release note 1, use-after-release note 1", "one may have been opened unseen");

    start();
    story.trace.complete = false;
    open_server("main", SERVER);
    close_server("main", SERVER);
    effect(SCA_FN_WTSEnumerateSessionsA, 0, "list", SERVER, 0, NO, 0);
    close_server("again", SERVER);
    write_channel("talk", CHANNEL, NO);
    verdict("", "or be missing");
}

static void test_unknown_handles(void)
{
    start();
    write_channel("talk", CHANNEL, YES);
    write_channel("talk", CHANNEL, NO);
    close_channel("talk", CHANNEL, YES);
    effect(SCA_FN_WTSEnumerateSessionsA, 0, "list", SERVER, 0, YES, 0);
    close_server("main", SERVER);
    verdict("", "a handle that works comes from elsewhere");

    start();
    effect(SCA_FN_WTSEnumerateSessionsA, 0, "list", SERVER, 0, NO, 0);
    judge("use-after-release note 1", "one that does not was perhaps never handed out");
    message_is(
        0,
        "list() called WTSEnumerateSessionsA() with a value that was never handed out as WTS "
        "server handle",
        "says so");
    done();

    start();
    effect(SCA_FN_WTSEnumerateSessionsA, 0, "list", UINT64_MAX, 0, NO, 0);
    verdict("use-after-release error 1", "INVALID_HANDLE_VALUE never is");

    start();
    effect(SCA_FN_WTSVirtualChannelRead, 0, "talk", 0, 0, PENDING, 0);
    judge("use-after-release error 1", "a crash with NULL for a channel");
    message_is(0, "talk() called WTSVirtualChannelRead() with 0 as WTS channel", "says so");
    done();

    start();
    close_channel("tidy", 0, NO);
    verdict("use-after-release note 1", "to close what was not opened harms nobody");

    start();
    effect(SCA_FN_WTSEnumerateSessionsA, 0, "list", 0, 0, NO, 0);
    effect(SCA_FN_WTSCloseServer, 0, "list", 0, 0, PENDING, 0);
    verdict("", "0 is this machine");

    start();
    effect(SCA_FN_WTSWaitSystemEvent, 0, "wait", SERVER, 0, PENDING, 0);
    verdict("", "a call that has not come back has not failed");

    start();
    forked();
    effect(SCA_FN_WTSEnumerateSessionsA, 0, "list", UINT64_MAX, 0, NO, 0);
    verdict("", "a child may have inherited it");
}

static void test_mixed_provider(void)
{
    start();
    query("name", BUFFER, YES);
    provider = 2;
    effect(SCA_FN_WTSVirtualChannelQuery, 1, "ask", OTHER_BUFFER, entries(0, 4), YES, 4);
    give("name", BUFFER);
    give("ask", OTHER_BUFFER);
    judge("mixed-provider error 1", "freed by another library");
    message_is(0,
               "WTS buffer from WTSQuerySessionInformationA() in name(), of libwinpr2.so.2, was "
               "given to WTSFreeMemory() of libxrdpapi.so.0 by name()",
               "says by which");
    done();

    start();
    query("name", BUFFER, YES);
    provider = 2;
    give("name", BUFFER);
    provider = 1;
    give("name", BUFFER);
    verdict("mixed-provider note 1", "one that allocates nothing may be a part of the first");

    start();
    open_server("main", SERVER);
    provider = 2;
    open_server("other", 0x123);
    effect(SCA_FN_WTSEnumerateSessionsA, 0, "list", SERVER, 0, NO, 0);
    effect(SCA_FN_WTSEnumerateSessionsA, 0, "list", SERVER, 0, NO, 0);
    close_server("other", 0x123);
    provider = 1;
    close_server("main", SERVER);
    verdict("mixed-provider error 1", "a handle of another library, told once");

    start();
    open_channel("talk", 0, CHANNEL);
    provider = 2;
    open_channel("other", 0, 0x123);
    close_channel("other", 0x123, YES);
    close_channel("talk", CHANNEL, YES);
    verdict("mixed-provider error 1", "one that it closes is no leak besides");

    start();
    open_server("main", SERVER);
    provider = 2;
    effect(SCA_FN_WTSEnumerateSessionsA, 0, "list", SERVER, 0, YES, 0);
    provider = 1;
    close_server("main", SERVER);
    verdict("", "one that works is handed on");
}

/* WinPR above pcsc-lite, as it is for PC/SC, stands above nobody here. */
static void test_beside_layers(void)
{
    start();
    story.providers[1].family = SCA_FAMILY_PCSC;
    story.providers[2].family = SCA_FAMILY_PCSC | SCA_FAMILY_WTS;
    establish("main", SERVER);
    release("main", SERVER);
    provider = 2;
    open_server("main", SERVER);
    sessions_ex("list", BUFFER, 5);
    give_typed(SCA_FN_WTSFreeMemoryExA, "list", BUFFER, 1, 5, YES);
    effect(SCA_FN_WTSRegisterSessionNotification, 0, "watch", SERVER, 0, YES, 0);
    effect(SCA_FN_WTSUnRegisterSessionNotification, 0, "watch", SERVER, 0, YES, 0);
    effect(SCA_FN_SCardListReaders, 1, "readers", OTHER_BUFFER, SERVER, OK, 24);
    give("list", OTHER_BUFFER);
    close_server("main", SERVER);
    close_server("again", SERVER);
    verdict("wrong-type-class error 1, mismatched-free error 1, double-release error 1",
            "where PC/SC has layers, the same is told");

    start();
    story.providers[1].family = story.providers[2].family = SCA_FAMILY_PCSC | SCA_FAMILY_WTS;
    query("name", BUFFER, YES);
    provider = 2;
    give("name", BUFFER);
    verdict("mixed-provider note 1", "and of other libraries, by the rules for these");
}

/* A context and a window may have one value. */
static void test_beside_contexts(void)
{
    start();
    story.providers[1].family = SCA_FAMILY_PCSC | SCA_FAMILY_WTS;
    establish("main", 7);
    effect(SCA_FN_WTSRegisterSessionNotification, 0, "watch", 7, 0, YES, 0);
    judge("context-leak error 1, wts-handle-leak error 1", "a notification is no context's");
    same(report->findings[1].cause, "", "nor does its leak follow from one");
    done();
}

/* The provider may have freed it itself, and the address be the program's own. */
static void test_failure_with_a_buffer(void)
{
    start();
    query("ask", BUFFER, NO);
    effect(SCA_FN_free, 0, "tidy", BUFFER, 0, 0, 0);
    judge("provider-fault warning 1", "what came with a failure is given to free()");
    message_is(0,
               "WTSQuerySessionInformationA() of libwinpr2.so.2, called by ask(), failed, but "
               "handed out a buffer of 8 bytes all the same; it was freed",
               "which may be right");
    done();

    start();
    story.providers[2].family = SCA_FAMILY_PCSC;
    query("ask", BUFFER, NO);
    provider = 2;
    effect(SCA_FN_SCardFreeMemory, 0, "tidy", BUFFER, 7, OK, 0);
    verdict("provider-fault warning 1", "or to another family");
}

/* One library opens what another one closes: they may be one. */
static void test_split_provider(void)
{
    start();
    for (int i = 0; i < 2; i++) {
        provider = 1;
        open_channel("talk", 0, CHANNEL);
        open_server("connect", SERVER);
        provider = 2;
        close_channel("hang_up", CHANNEL, YES);
        close_server("disconnect", SERVER);
    }
    verdict("mixed-provider note 2, mixed-provider note 2", "handles of one value, twice");

    start();
    open_channel("talk", 0, CHANNEL);
    provider = 2;
    close_channel("hang_up", CHANNEL, YES);
    provider = 1;
    open_channel("talk", 0, CHANNEL);
    provider = 2;
    write_channel("say", CHANNEL, YES);
    provider = 1;
    close_channel("hang_up", CHANNEL, YES);
    verdict("mixed-provider note 1, mixed-provider note 1", "one that is used there, too");
}

static void test_opened_unseen(void)
{
    start();
    close_channel("hang_up", CHANNEL, YES);
    close_channel("hang_up", CHANNEL, YES);
    close_server("disconnect", SERVER);
    close_server("disconnect", SERVER);
    verdict("double-release note 1, double-release note 1", "opened unseen, perhaps twice");
}

static void test_server_that_counts(void)
{
    start();
    open_server("connect", SERVER);
    open_server("connect", SERVER);
    open_channel("talk", SERVER, CHANNEL);
    close_server("disconnect", SERVER);
    write_channel("say", CHANNEL, YES);
    close_channel("hang_up", CHANNEL, YES);
    close_server("disconnect", SERVER);
    verdict("", "a channel of a server that was opened twice, and closed once");
}

static void test_under_way(void)
{
    start();
    open_server("connect", SERVER);
    open_channel("talk", SERVER, CHANNEL);
    effect(SCA_FN_WTSCloseServer, 0, "disconnect", SERVER, 0, PENDING, 0);
    verdict("", "a server is being closed, perhaps with its channel");

    start();
    effect(SCA_FN_WTSRegisterSessionNotification, 0, "watch", 7, 0, YES, 0);
    effect(SCA_FN_WTSRegisterSessionNotification, 0, "watch", 7, 0, YES, 0);
    effect(SCA_FN_WTSUnRegisterSessionNotification, 0, "unwatch", 7, 0, PENDING, 0);
    effect(SCA_FN_WTSUnRegisterSessionNotification, 0, "unwatch", 7, 0, YES, 0);
    verdict("", "one of two notifications is being unregistered");
}

int main(void)
{
    test_correct();
    test_leak();
    test_double_free();
    test_invalid_free();
    test_wrong_type_class();
    test_wrong_deallocator();
    test_cross_thread();
    test_provider_fault();
    test_handle_leaks();
    test_nested_close();
    test_generations();
    test_dead_handles();
    test_unknown_handles();
    test_mixed_provider();
    test_beside_layers();
    test_failure_with_a_buffer();
    test_split_provider();
    test_opened_unseen();
    test_server_that_counts();
    test_under_way();
    test_beside_contexts();
    return finish();
}
