/* SPDX-License-Identifier: MIT */
/*
 * Transactions: how they nest and what ends them; and what is left to a program when the card, or
 * pcscd, is gone.
 */
#include "report/replay/objects.h"
#include "story.h"

#define INVALID_HANDLE 0x80100003U
#define SHARING_VIOLATION 0x8010000BU
#define COMM_ERROR 0x80100013U
#define NOT_TRANSACTED 0x80100016U
#define READER_UNAVAILABLE 0x80100017U
#define NO_SERVICE 0x8010001DU
#define RESET_CARD 0x80100068U
#define REMOVED_CARD 0x80100069U

#define CONTEXT 7
#define CARD 8
#define OTHER_CARD 9

/* ---- telling a story ------------------------------------------------------------------------ */

static void lock_at(const char *where, uint64_t card, uint64_t enter, uint64_t leave)
{
    effect_at(SCA_FN_SCardBeginTransaction, 0, in(where), card, 0, OK, enter, leave);
    effect_at(SCA_FN_SCardBeginTransaction, 1, in(where), card, 0, OK, enter, leave);
}

static void lock(const char *where, uint64_t card)
{
    lock_at(where, card, now, now + 5);
    now += 10;
}

static void unlock_with(const char *where, uint64_t card, uint64_t result)
{
    effect_at(SCA_FN_SCardEndTransaction, 0, in(where), card, 0, result, now, now + 5);
    effect_at(SCA_FN_SCardEndTransaction, 1, in(where), card, 0, result, now, now + 5);
    now += 10;
}

static void unlock(const char *where, uint64_t card)
{
    unlock_with(where, card, OK);
}

static void send(uint64_t card, uint64_t result)
{
    call(SCA_FN_SCardTransmit, "talk", card, result);
}

static void open_both(void)
{
    begin();
    establish("open_session", CONTEXT);
    connect("connect_card", CONTEXT, CARD);
}

static void close_both(void)
{
    disconnect("close_card", CARD);
    release("close_session", CONTEXT);
}

static size_t live(const char *kind)
{
    for (size_t i = 0; i < report->resources_count; i++)
        if (!strcmp(report->resources[i].kind, kind))
            return report->resources[i].live;
    return 0;
}

/* ---- transactions --------------------------------------------------------------------------- */

static void test_leak(void)
{
    open_both();
    lock("log_in", CARD);
    send(CARD, OK);
    judge("context-leak error 1, handle-leak error 1, transaction-leak error 1",
          "nothing is given back");
    message_is(2, "transaction begun by log_in() was never ended", "the transaction is told");
    stacks_are(2, "log_in", "-", "-", "by the place that began it");
    caused_by(1, 0, "the handle is held because the context is");
    caused_by(2, 1, "and the transaction because the handle is");
    ok(live("transaction") == 1, "one is live at the end");
    done();

    open_both();
    lock("log_in", CARD);
    unlock("log_out", CARD);
    judge("context-leak error 1, handle-leak error 1", "one that was ended");
    ok(live("transaction") == 0, "none is live at the end");
    done();

    open_both();
    lock("log_in", CARD);
    story.trace.end = SCA_END__EXIT;
    verdict("context-leak warning 1, handle-leak warning 1, transaction-leak warning 1",
            "held when the program ended by _exit");

    open_both();
    lock("log_in", CARD);
    story.trace.end = SCA_END_NONE;
    judge("held-at-end note 1, held-at-end note 1, held-at-end note 1", "or by a signal");
    message_is(2, "transaction begun by log_in() was still held when the recording ended",
               "which the message says");
    done();
}

static void test_nesting(void)
{
    open_both();
    lock("log_in", CARD);
    lock("sign", CARD);
    unlock("finish", CARD);
    judge("context-leak error 1, handle-leak error 1, transaction-leak error 1",
          "two begun, one ended");
    stacks_are(2, "log_in", "-", "-", "the outer one is left");
    ok(report->findings[2].siblings_released == 0, "it was the inner one that ended");
    done();

    open_both();
    for (int i = 0; i < 3; i++) {
        lock("log_in", CARD);
        lock("sign", CARD);
        lock("sign", CARD);
        unlock("finish", CARD);
        unlock("finish", CARD);
        lock("sign", CARD);
        unlock("finish", CARD);
        unlock("log_out", CARD);
    }
    unlock_with("log_out", CARD, NOT_TRANSACTED);
    close_both();
    judge("", "as many ended as begun, and one end too many");
    for (size_t i = 0; i < report->resources_count; i++)
        if (!strcmp(report->resources[i].kind, "transaction"))
            ok(report->resources[i].acquired == 12 && report->resources[i].released == 12 &&
                   report->resources[i].peak == 3,
               "12 in all, 3 at once");
    done();

    open_both();
    connect("connect_card", CONTEXT, OTHER_CARD);
    lock("log_in", CARD);
    lock("sign", OTHER_CARD);
    unlock("finish", CARD);
    disconnect("close_card", CARD);
    judge("context-leak error 1, handle-leak error 1, transaction-leak error 1",
          "each card handle has its own");
    stacks_are(2, "sign", "-", "-", "and that of the other one is left");
    done();

    open_both();
    for (int i = 0; i < 3; i++)
        lock("log_in", CARD);
    judge("context-leak error 1, handle-leak error 1, transaction-leak error 3", "three are left");
    done();
}

static void test_end_with_handle(void)
{
    open_both();
    lock("log_in", CARD);
    close_both();
    judge("implicit-release note 1", "a disconnect ends it");
    message_is(0,
               "transaction begun by log_in() was never ended; it ended when close_card() "
               "disconnected its card handle",
               "which the message says");
    same(report->findings[0].kind, "transaction", "of the transaction");
    same(report->findings[0].fix, "Call SCardEndTransaction before SCardDisconnect.",
         "and what to do about it");
    done();

    open_both();
    lock("log_in", CARD);
    lock("log_in", CARD);
    release("close_session", CONTEXT);
    judge("implicit-release note 1, implicit-release note 2", "so does the release of the context");
    message_is(1,
               "2 transactions begun by log_in() were never ended; they ended when close_session() "
               "released their context",
               "which the message says");
    caused_by(1, 0, "they ended because the handle did");
    ok(live("transaction") == 0, "none is live");
    done();

    open_both();
    lock("log_in", CARD);
    unlock_with("log_out", CARD, SHARING_VIOLATION);
    close_both();
    judge("implicit-release note 1", "an end that failed is none");
    message_is(0,
               "transaction begun by log_in() was not ended: the call that should have done it "
               "failed; it ended when close_card() disconnected its card handle",
               "but it was tried");
    done();

    open_both();
    lock("log_in", CARD);
    disconnect("close_card", CARD);
    connect("connect_card", CONTEXT, CARD);
    unlock_with("log_out", CARD, NOT_TRANSACTED);
    lock("sign", CARD);
    unlock("finish", CARD);
    close_both();
    judge("implicit-release note 1", "a card handle of the same value has transactions of its own");
    stacks_are(0, "log_in", "close_card", "-", "and the old one's stays told");
    done();
}

static void test_card_gone(void)
{
    static const struct {
        uint64_t result;
        bool ends;
        const char *name;
    } results[] = {
        {REMOVED_CARD, true, "the card was removed"},
        {READER_UNAVAILABLE, true, "the reader was removed"},
        {INVALID_HANDLE, true, "the handle is not known any more"},
        {NO_SERVICE, true, "pcscd is gone"},
        {COMM_ERROR, true, "the connection to pcscd broke"},
        {RESET_CARD, false, "a reset ends no transaction"},
        {SHARING_VIOLATION, false, "nor does any other error"},
        {NOT_TRANSACTED, false, "nor a transmission that failed"},
        {PENDING, false, "nor one that never came back"},
    };

    for (size_t i = 0; i < sizeof results / sizeof *results; i++) {
        open_both();
        lock("log_in", CARD);
        lock("log_in", CARD);
        send(CARD, results[i].result);
        close_both();
        verdict(results[i].ends ? "" : "implicit-release note 2", results[i].name);
    }

    open_both();
    lock("log_in", CARD);
    unlock_with("log_out", CARD, REMOVED_CARD);
    close_both();
    verdict("", "the end itself may find the card removed");

    open_both();
    lock("log_in", CARD);
    lock("sign", CARD);
    unlock_with("log_out", CARD, NOT_TRANSACTED);
    close_both();
    verdict("", "or no transaction, however it was lost");

    open_both();
    lock("log_in", CARD);
    send(CARD, REMOVED_CARD);
    call(SCA_FN_SCardReconnect, "reconnect", CARD, OK);
    lock("sign", CARD);
    close_both();
    judge("implicit-release note 1", "with a new card there are new ones");
    stacks_are(0, "sign", "close_card", "-", "and only they are told");
    done();
}

static void test_uncertain(void)
{
    begin();
    establish("open_session", CONTEXT);
    lock("log_in", CARD);
    verdict("context-leak error 1", "on a handle that nobody saw handed out");

    open_both();
    lock("log_in", CARD);
    unlock_with("log_out", CARD, PENDING);
    judge("context-leak error 1, handle-leak error 1", "its end is in flight");
    done();

    open_both();
    lock("log_in", CARD);
    call(SCA_FN_SCardDisconnect, "close_card", CARD, PENDING);
    verdict("context-leak error 1", "its handle's disconnect is in flight");

    open_both();
    lock("log_in", CARD);
    call(SCA_FN_SCardReleaseContext, "close_session", CONTEXT, PENDING);
    verdict("", "its context's release is in flight");

    open_both();
    effect_at(SCA_FN_SCardDisconnect, 0, in("close_card"), CARD, 0, OK, now, now + 40);
    lock_at("log_in", CARD, now + 10, now + 20);
    now += 50;
    release("close_session", CONTEXT);
    verdict("", "its handle's disconnect overlapped the begin");

    open_both();
    effect_at(SCA_FN_SCardReleaseContext, 0, in("close_session"), CONTEXT, 0, OK, now, now + 40);
    lock_at("log_in", CARD, now + 10, now + 20);
    now += 50;
    verdict("implicit-release note 1", "or the release of its context: only the handle is told");

    open_both();
    disconnect("close_card", CARD);
    lock("log_in", CARD);
    release("close_session", CONTEXT);
    verdict("use-after-release error 1", "on a handle that must be a new one, which nobody saw");

    open_both();
    lock("log_in", CARD);
    connect("connect_card", CONTEXT, CARD);
    close_both();
    judge("", "the handle was given back unseen");
    ok(live("transaction") == 0, "and the transaction with it");
    done();

    open_both();
    lock("log_in", CARD);
    story.trace.complete = false;
    verdict("", "in a trace that is not complete");
}

/* A program that ends what it begins needs no more room after a billion calls. */
static void test_room(void)
{
    struct objects objects;
    struct object_key key;
    uint32_t outer, inner, others;

    objects_init(&objects);
    key = objects_key(&objects, 1, SCA_KIND_TRANSACTION, CARD);
    outer = objects_new(&objects, &key, 0);
    objects.records[outer].state = OBJECT_LIVE;
    inner = objects_new(&objects, &key, outer);
    objects.records[inner].state = OBJECT_LIVE;
    ok(inner != outer && objects_find(&objects, &key) == inner, "the innermost is found");
    objects.records[inner].state = OBJECT_RELEASED;
    objects_uncover(&objects, inner, outer);
    ok(objects_find(&objects, &key) == outer, "then the one around it");
    ok(objects_new(&objects, &key, outer) == inner, "the next inner one takes the room");
    objects.records[inner].state = OBJECT_ENDED;
    objects_uncover(&objects, inner, outer);
    others = objects_new(&objects, &key, outer);
    ok(others != inner && others != outer, "but not of one that is still to be told");
    objects_uncover(&objects, others, outer);
    objects.records[outer].state = OBJECT_RELEASED;
    ok(objects_new(&objects, &key, outer) == outer, "nor needs the next one new room");
    objects_free(&objects);
}

/* ---- pcscd is gone -------------------------------------------------------------------------- */

static void test_service_gone(void)
{
    open_both();
    send(CARD, NO_SERVICE);
    release("close_session", CONTEXT);
    verdict("", "a handle that found pcscd gone cannot be disconnected");

    open_both();
    connect("connect_card", CONTEXT, OTHER_CARD);
    lock("log_in", OTHER_CARD);
    send(CARD, NO_SERVICE);
    call(SCA_FN_SCardReleaseContext, "close_session", CONTEXT, NO_SERVICE);
    verdict("", "nor can the others of its context, nor their transactions be ended");

    open_both();
    call(SCA_FN_SCardListReaders, "list_readers", CONTEXT, NO_SERVICE);
    judge("context-leak error 1", "a context can be released in any case");
    done();

    open_both();
    call(SCA_FN_SCardDisconnect, "close_card", CARD, NO_SERVICE);
    verdict("context-leak error 1", "also when the disconnect found out");

    open_both();
    establish("open_other", 17);
    connect("connect_other", 17, 18);
    send(CARD, NO_SERVICE);
    judge("context-leak error 1, context-leak error 1, handle-leak error 1",
          "another context has a connection of its own");
    stacks_are(2, "connect_other", "-", "-", "with its handles");
    done();

    open_both();
    send(CARD, PENDING);
    send(CARD, RESET_CARD);
    call(SCA_FN_SCardStatus, "ask", CARD, REMOVED_CARD);
    verdict("context-leak error 1, handle-leak error 1", "a card that is gone leaves a handle");
}

int main(void)
{
    test_leak();
    test_nesting();
    test_end_with_handle();
    test_card_gone();
    test_uncertain();
    test_room();
    test_service_gone();
    printf("1..%d\n", number);
    return failures != 0;
}
