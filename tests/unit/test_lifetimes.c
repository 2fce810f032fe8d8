/* SPDX-License-Identifier: MIT */
/* Lifetimes: everything that was acquired is among them, once, with its beginning and its end. */
#include "report/replay/lifetimes.h"
#include "report/findings/live.h"
#include "report/output/render_live.h"
#include "report/replay/replay.h"
#include "event_builder.h"
#include "tap.h"

#define CONTEXT 7
#define CARD 8
#define BLOCK 0x1000

static struct event_builder story;
static uint64_t now;

static void begin(void)
{
    events_begin(&story);
    now = 100;
}

static void add(enum sca_fn function, uint8_t effect, uint64_t object, uint64_t companion,
                uint32_t stack)
{
    events_add(&story, (struct made_event){.function = function,
                                           .effect = effect,
                                           .object = object,
                                           .companion = companion,
                                           .size = object >= BLOCK ? 40 : 0,
                                           .stack = stack,
                                           .at = {now, now + 5}});
    now += 10;
}

static void establish(uint64_t context, uint32_t stack)
{
    add(SCA_FN_SCardEstablishContext, 0, context, 0, stack);
}

static void list(uint64_t block, uint32_t stack)
{
    add(SCA_FN_SCardListReaders, 0, CONTEXT, 0, stack);
    add(SCA_FN_SCardListReaders, 1, block, CONTEXT, stack);
}

/* The newest lifetime of this kind. */
static const struct lifetime *newest(const struct lifetimes *lifetimes, unsigned kind)
{
    for (size_t i = lifetimes->count; i-- > 0;)
        if (lifetimes->list[i].kind == kind)
            return &lifetimes->list[i];
    return NULL;
}

static size_t count_of(const struct lifetimes *lifetimes, unsigned kind, enum lifetime_end end)
{
    size_t count = 0;

    for (size_t i = 0; i < lifetimes->count; i++)
        count += lifetimes->list[i].kind == kind && lifetimes->list[i].end == end;
    return count;
}

static struct lifetimes run(void)
{
    struct lifetimes lifetimes = {0};

    replay_free(replay_run_for_lifetimes(&story.trace, ENDING_RUNNING, NULL, &lifetimes));
    return lifetimes;
}

static void test_blocks(void)
{
    struct lifetimes lifetimes;

    begin();
    establish(CONTEXT, 0);
    for (int i = 0; i < 100; i++) { /* the allocator hands out the same address each time */
        list(BLOCK, 0);
        add(SCA_FN_SCardFreeMemory, 0, BLOCK, CONTEXT, 0);
    }
    list(BLOCK, 0);
    lifetimes = run();
    ok(count_of(&lifetimes, SCA_KIND_AUTOALLOCATE, LIFETIME_RELEASED) == 100 &&
           count_of(&lifetimes, SCA_KIND_AUTOALLOCATE, LIFETIME_LIVE) == 1,
       "blocks at one address are told apart");
    ok(lifetimes.list[1].acquired == 2 && lifetimes.list[1].ended == 3 &&
           newest(&lifetimes, SCA_KIND_AUTOALLOCATE)->ended == NO_EVENT,
       "a lifetime is from one event to another");
    lifetimes_free(&lifetimes);
    events_end(&story);
}

static void test_ends(void)
{
    struct lifetimes lifetimes;

    begin();
    establish(CONTEXT, 0);
    add(SCA_FN_SCardConnect, 1, CARD, CONTEXT, 0);
    list(BLOCK, 0);
    add(SCA_FN_SCardReleaseContext, 0, CONTEXT, 0, 0);
    lifetimes = run();
    ok(newest(&lifetimes, SCA_KIND_CONTEXT)->end == LIFETIME_RELEASED, "released");
    ok(newest(&lifetimes, SCA_KIND_CARD_HANDLE)->end == LIFETIME_WITH_OWNER &&
           newest(&lifetimes, SCA_KIND_CARD_HANDLE)->ended == 4,
       "a card handle ends with its context");
    ok(lifetime_is_held(newest(&lifetimes, SCA_KIND_AUTOALLOCATE)), "a block does not");
    lifetimes_free(&lifetimes);
    events_end(&story);

    begin();
    establish(CONTEXT, 0);
    list(BLOCK, 0);
    list(BLOCK, 0); /* it was freed behind our back */
    lifetimes = run();
    ok(count_of(&lifetimes, SCA_KIND_AUTOALLOCATE, LIFETIME_LIVE) == 1 &&
           count_of(&lifetimes, SCA_KIND_AUTOALLOCATE, LIFETIME_LOST) == 1 &&
           lifetimes.list[1].ended == NO_EVENT,
       "what is handed out again was lost before");
    lifetimes_free(&lifetimes);
    events_end(&story);
}

static void test_layers(void)
{
    struct lifetimes lifetimes;
    struct trace_frame below[] = {{3, 0x10}, {1, made_offset("main")}};
    uint32_t inside, outside;

    begin();
    inside = events_raw_stack(&story, below, 2);
    outside = events_raw_stack(&story, below + 1, 1);
    /* the provider above calls the one below, and hands on what that hands out */
    events_add(&story, (struct made_event){.function = SCA_FN_SCardEstablishContext,
                                           .provider = 1,
                                           .object = CONTEXT,
                                           .stack = inside,
                                           .at = {110, 120}});
    events_add(&story, (struct made_event){.function = SCA_FN_SCardEstablishContext,
                                           .provider = 2,
                                           .object = CONTEXT,
                                           .stack = outside,
                                           .at = {105, 125}});
    lifetimes = run();
    ok(lifetimes.count == 2 && lifetimes.list[0].covered && !lifetimes.list[1].covered,
       "of two providers' the program's is told");
    lifetimes_free(&lifetimes);
    events_add(&story, (struct made_event){.function = SCA_FN_SCardReleaseContext,
                                           .provider = 2,
                                           .object = CONTEXT,
                                           .stack = outside,
                                           .at = {130, 150}});
    events_add(&story, (struct made_event){.function = SCA_FN_SCardReleaseContext,
                                           .provider = 1,
                                           .object = CONTEXT,
                                           .stack = inside,
                                           .at = {135, 145}});
    lifetimes = run();
    ok(lifetimes.count == 2 && lifetimes.list[0].covered && !lifetimes.list[1].covered &&
           lifetimes.list[1].end == LIFETIME_RELEASED,
       "also when both have ended");
    lifetimes_free(&lifetimes);
    events_end(&story);
}

/* ---- what is held --------------------------------------------------------------------------- */

static void test_groups(void)
{
    struct live before, live;
    uint32_t open, close, again;

    begin();
    open = events_stack(&story, "open_it", "main", NULL);
    close = events_stack(&story, "open_other", "main", NULL);
    again = events_stack(&story, "open_it", "main", NULL); /* recorded by another thread */
    establish(CONTEXT, open);
    establish(CONTEXT + 1, close);
    live_look(&before, &story.trace);
    ok(before.count == 2 && before.kinds[SCA_KIND_CONTEXT].count == 2, "two places");
    establish(CONTEXT + 2, again);
    list(BLOCK, open);
    list(BLOCK + 64, open);
    live_look(&live, &story.trace);
    ok(live.count == 3 && live.groups[0].count == 2 && live.groups[0].oldest == 0 &&
           live.groups[0].newest == 2,
       "what comes from equal stacks is one group, the largest first");
    ok(live.groups[2].kind == SCA_KIND_AUTOALLOCATE && live.groups[2].bytes == 80, "bytes");
    ok(live_has_changed(&live, &before) && !live_has_changed(&live, &live), "a change");
    live_compare(&live, &before);
    ok(live.groups[0].growth == 1 && live.groups[1].growth == 0 && live.groups[2].growth == 2 &&
           live.kinds[SCA_KIND_CONTEXT].growth == 1,
       "growth");
    live_compare(&before, &live);
    ok(before.kinds[SCA_KIND_AUTOALLOCATE].growth == -2, "what is gone");
    live_free(&before);
    live_free(&live);
    events_end(&story);
}

/* Malloc'd. */
static char *render(const struct live_view *view)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    render_live(out, view);
    fclose(out);
    return text;
}

static bool has(const char *text, const char *part)
{
    bool found = strstr(text, part) != NULL;

    if (!found)
        printf("# no '%s' in:\n%s\n", part, text);
    return found;
}

static void test_render(void)
{
    struct trace *traces[] = {&story.trace};
    struct symbols *symbols = symbols_new(false);
    struct stacks *stacks;
    struct live live;
    struct live_view view = {.trace = &story.trace, .live = &live, .children = ""};
    char *text;

    begin();
    for (uint64_t i = 0; i < 11; i++)
        establish(CONTEXT + i, events_raw_stack(&story, &(struct trace_frame){0, 0x1000 + i}, 1));
    establish(CONTEXT + 11, 1);
    list(BLOCK, 0);
    events_blind_spot(&story, SCA_BLIND_HEAP, 1);
    story.trace.threads[1].name[0] = '\033';
    story.trace.start_clock = 100;
    live_look(&live, &story.trace);
    stacks = stacks_new(traces, 1, symbols);
    live_want_stacks(stacks, &live, &story.trace);
    stacks_resolve(stacks);
    view.stacks = stacks;
    view.running = true;
    view.now_ns = 7384ULL * 1000000000;
    text = render(&view);
    ok(has(text, "context: 12 held\n  2, the oldest for 2 h 3 min"), "ages");
    ok(has(text, "  and 3 more places\n"), "as many places are left out as there are too many");
    ok(has(text, "    <no stack recorded>\n"), "no stack");
    ok(has(text, "(\\x1bhread-1)"), "a hostile name");
    ok(has(text, "scardaudit: blind spot: "), "a blind spot");
    ok(!strstr(text, "(+") && !strstr(text, "(-"), "no growth where nothing is compared");
    free(text);
    stacks_free(stacks);
    symbols_free(symbols);
    live_free(&live);
    events_end(&story);
}

int main(void)
{
    test_blocks();
    test_ends();
    test_layers();
    test_groups();
    test_render();
    printf("1..%d\n", number);
    return failures != 0;
}
