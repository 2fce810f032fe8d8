/* SPDX-License-Identifier: MIT */
/* How many contexts, and card handles of one context, a program has at once: what pcscd serves. */
#include "story.h"

#define INTERNAL_ERROR 0x80100001U
#define INVALID_HANDLE 0x80100003U
#define NO_SERVICE 0x8010001DU
#define SECURITY_VIOLATION 0x8010006AU

#define CONTEXT 7

/* ---- telling a story ------------------------------------------------------------------------ */

static void establish_many(const char *where, uint64_t first, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++)
        establish(where, first + i);
}

static void release_many(uint64_t first, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++)
        release("close_session", first + i);
}

static void connect_many(const char *where, uint64_t context, uint64_t first, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++)
        connect(where, context, first + i);
}

static void disconnect_many(uint64_t first, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++)
        disconnect("close_card", first + i);
}

static void refuse(uint64_t result)
{
    call(SCA_FN_SCardEstablishContext, "open_one_more", 0, result);
}

/* ---- contexts ------------------------------------------------------------------------------- */

static void test_contexts(void)
{
    begin();
    establish_many("open_session", 1, 179);
    release_many(1, 179);
    verdict("", "179 contexts");

    begin();
    establish_many("open_session", 1, 179);
    establish_many("open_last", 180, 8);
    release_many(1, 187);
    judge("resource-limit warning 1", "187 contexts");
    message_is(0,
               "187 SCARDCONTEXTs were live at once, the 180th established by open_last(); "
               "pcscd serves 200, for all programs together",
               "which the message says");
    stacks_are(0, "open_last", "-", "-", "and where the 180th came from");
    done();

    begin();
    establish_many("open_session", 1, 170);
    release_many(1, 170);
    establish_many("open_session", 1001, 170);
    release_many(1001, 170);
    verdict("", "340 contexts, but not at once");

    begin();
    establish_many("open_session", 1, 200);
    refuse(SECURITY_VIOLATION);
    refuse(SECURITY_VIOLATION);
    release_many(1, 200);
    judge("resource-limit warning 1", "the next one is refused, and tried again");
    message_is(0,
               "200 SCARDCONTEXTs were live at once, the 180th established by open_session(); "
               "pcscd serves 200, for all programs together, and the next SCardEstablishContext(), "
               "in open_one_more(), failed with 0x8010006A, which does not say so",
               "which the message says");
    stacks_are(0, "open_session", "-", "open_one_more", "with both stacks");
    done();

    begin();
    establish_many("open_session", 1, 150);
    refuse(NO_SERVICE);
    refuse(NO_SERVICE);
    release_many(1, 150);
    judge("resource-limit warning 1", "others have the rest");
    message_is(0,
               "150 SCARDCONTEXTs were live at once; pcscd serves 200, for all programs together, "
               "and the next SCardEstablishContext(), in open_one_more(), failed with 0x8010001D, "
               "which does not say so",
               "which the message says");
    stacks_are(0, "-", "-", "open_one_more", "with the call that failed");
    same(report->findings[0].kind, "context", "of a context");
    done();

    begin();
    establish_many("open_session", 1, 149);
    refuse(SECURITY_VIOLATION);
    release_many(1, 149);
    verdict("", "no sign of the limit: too few");

    begin();
    establish_many("open_session", 1, 150);
    refuse(INVALID_HANDLE);
    release_many(1, 150);
    verdict("", "or another error");
}

static void test_again(void)
{
    begin();
    establish_many("open_session", 1, 180);
    release_many(180, 1);
    establish_many("open_last", 180, 1);
    release_many(100, 81);
    establish_many("open_last", 100, 81);
    release_many(1, 180);
    judge("resource-limit warning 1", "a number that goes up and down a little is told once");
    done();

    begin();
    establish_many("open_session", 1, 180);
    release_many(1, 180);
    establish_many("open_session", 1001, 185);
    release_many(1001, 185);
    establish_many("open_other", 2001, 181);
    release_many(2001, 181);
    judge("resource-limit warning 2, resource-limit warning 1", "each time that it comes from few");
    message_is(0,
               "185 SCARDCONTEXTs were live at once, the 180th established by open_session(), 2 "
               "times; pcscd serves 200, for all programs together",
               "with the most of one place");
    done();
}

/* ---- card handles --------------------------------------------------------------------------- */

static void test_handles(void)
{
    begin();
    establish("open_session", CONTEXT);
    connect_many("connect_card", CONTEXT, 1001, 200);
    call(SCA_FN_SCardConnect, "connect_one_more", CONTEXT, INTERNAL_ERROR);
    disconnect_many(1001, 200);
    release("close_session", CONTEXT);
    judge("resource-limit warning 1", "200 card handles of one context, and one more");
    message_is(
        0,
        "200 SCARDHANDLEs of one context were live at once, the 180th opened by "
        "connect_card(); pcscd serves 200 for each context and each reader, and the next "
        "SCardConnect(), in connect_one_more(), failed with 0x80100001, which does not say so",
        "which the message says");
    stacks_are(0, "connect_card", "-", "connect_one_more", "with both stacks");
    same(report->findings[0].kind, "card-handle", "of a card handle");
    done();

    begin();
    for (uint64_t context = 1; context <= 3; context++) {
        establish("open_session", context);
        connect_many("connect_card", context, 1000 * context, 179);
    }
    for (uint64_t context = 1; context <= 3; context++) {
        disconnect_many(1000 * context, 179);
        release("close_session", context);
    }
    verdict("", "each context has its own");

    begin();
    establish("open_session", 1);
    establish("open_session", 2);
    connect_many("connect_card", 1, 1001, 100);
    connect_many("connect_card", 2, 2001, 100);
    call(SCA_FN_SCardConnect, "connect_one_more", 2, INTERNAL_ERROR);
    call(SCA_FN_SCardConnect, "connect_one_more", 1, INTERNAL_ERROR);
    disconnect_many(1001, 100);
    disconnect_many(2001, 100);
    release_many(1, 2);
    judge("resource-limit warning 1", "but a reader has 200 for all");
    message_is(0,
               "200 SCARDHANDLEs were live at once; pcscd serves 200 for each reader, for all "
               "programs together, and the next SCardConnect(), in connect_one_more(), failed with "
               "0x80100001, which does not say so",
               "which the message says");
    done();

    begin();
    establish("open_session", CONTEXT);
    connect_many("connect_card", CONTEXT, 1001, 149);
    call(SCA_FN_SCardConnect, "connect_one_more", CONTEXT, INTERNAL_ERROR);
    disconnect_many(1001, 149);
    release("close_session", CONTEXT);
    verdict("", "no sign of that: too few");

    begin();
    establish("open_session", CONTEXT);
    for (int i = 0; i < 2; i++) {
        connect_many("connect_card", CONTEXT, 1001, 179);
        disconnect_many(1001, 179);
    }
    release("close_session", CONTEXT);
    verdict("", "what was disconnected does not count");

    begin();
    establish("open_session", CONTEXT);
    connect_many("connect_card", CONTEXT, 1001, 190);
    call(SCA_FN_SCardConnect, "connect_one_more", CONTEXT, INTERNAL_ERROR);
    disconnect_many(1001, 190);
    release("close_session", CONTEXT);
    judge("resource-limit warning 1", "190, and others have the rest of the reader's");
    stacks_are(0, "connect_card", "-", "connect_one_more", "with both stacks");
    done();

    begin();
    establish("open_session", CONTEXT);
    connect_many("connect_card", CONTEXT, 1001, 200);
    call(SCA_FN_SCardListReaders, "list_readers", CONTEXT, INTERNAL_ERROR);
    disconnect_many(1001, 200);
    release("close_session", CONTEXT);
    judge("resource-limit warning 1", "as has that of another call");
    stacks_are(0, "connect_card", "-", "-", "which is not told either");
    done();

    begin();
    connect_many("connect_card", CONTEXT, 1001, 185);
    disconnect_many(1001, 185);
    verdict("", "of a context that nobody saw established");
}

/* ---- what makes it uncertain ---------------------------------------------------------------- */

/* A resource is handed out below first, and given back above first. */
static void in_both(enum sca_fn function, uint8_t effect, uint64_t object, uint64_t companion)
{
    uint32_t stack = in("open_session");
    bool below_first = sca_acquires(sca_functions[function].effects[effect].type);

    for (uint32_t i = 1; i <= 2; i++) {
        events_add(&story, (struct made_event){.function = function,
                                               .effect = effect,
                                               .provider = below_first ? i : 3 - i,
                                               .stack = stack,
                                               .object = object,
                                               .companion = companion,
                                               .at = {now, now + 5}});
    }
    now += 10;
}

static void establish_at(uint32_t provider, uint64_t context)
{
    events_add(&story, (struct made_event){.function = SCA_FN_SCardEstablishContext,
                                           .provider = provider,
                                           .stack = in("open_session"),
                                           .object = context,
                                           .at = {now, now + 5}});
    now += 10;
}

static void test_two_libraries(void)
{
    begin();
    for (uint64_t i = 0; i < 185; i++)
        establish_at(1, 1000 + i);
    for (uint64_t i = 0; i < 95; i++)
        establish_at(2, 2000 + i);
    establish_at(1, 1999);
    story.trace.end = SCA_END_NONE;
    story.trace.running = true;
    judge("resource-limit warning 1, held-at-end warning 186, held-at-end warning 95",
          "what another library has is no new rise");
    done();
}

static void test_uncertain(void)
{
    begin();
    establish_many("open_session", 1, 200);
    release_many(1, 200);
    story.trace.complete = false;
    verdict("", "a release may be missing");

    begin();
    events_blind_spot(&story, SCA_BLIND_DEEPBIND, 1);
    establish_many("open_session", 1, 200);
    release_many(1, 200);
    verdict("resource-limit note 1", "or not have been seen");

    begin();
    for (uint64_t i = 0; i < 190; i++)
        in_both(SCA_FN_SCardEstablishContext, 0, 1 + i, 0);
    for (uint64_t i = 0; i < 190; i++)
        in_both(SCA_FN_SCardReleaseContext, 0, 1 + i, 0);
    judge("resource-limit warning 1", "a provider that calls another one");
    same(report->findings[0].provider, "libpcsclite.so.1", "is told of there");
    done();

    begin();
    in_both(SCA_FN_SCardEstablishContext, 0, CONTEXT, 0);
    for (uint64_t i = 0; i < 190; i++)
        in_both(SCA_FN_SCardConnect, 1, 1001 + i, CONTEXT);
    for (uint64_t i = 0; i < 190; i++)
        in_both(SCA_FN_SCardDisconnect, 0, 1001 + i, 0);
    in_both(SCA_FN_SCardReleaseContext, 0, CONTEXT, 0);
    judge("resource-limit warning 1", "its card handles");
    same(report->findings[0].provider, "libpcsclite.so.1", "too");
    done();
}

int main(void)
{
    test_contexts();
    test_again();
    test_handles();
    test_two_libraries();
    test_uncertain();
    printf("1..%d\n", number);
    return failures != 0;
}
