/* SPDX-License-Identifier: MIT */
/*
 * Random histories of programs that make no mistake: none is accused, whatever comes back, fails,
 * overlaps or lies at an address that was another family's before.
 */
#include <stdlib.h>

#include "wts_story.h"

#define STEPS 300
#define SLOTS 12 /* addresses, and as many values of handles */
#define THREADS 3

enum what { FREE, QUERIED, SESSIONS, PROCESSES, LEVEL_0, UNASKED, READERS, WHATS };

static struct slot {
    enum what what;
    uint32_t thread, count;
    bool wide;
} memory[SLOTS];

static struct handle {
    bool open;
    unsigned channels; /* servers: how many are open on it */
    unsigned server;   /* channels: that one, SLOTS: this machine */
} servers[SLOTS], channels[SLOTS];

static unsigned notifications[SLOTS];
static uint64_t state;

static unsigned below(unsigned limit)
{
    state = state * 6364136223846793005U + 1442695040888963407U;
    return (unsigned)(state >> 33) % limit;
}

/* Some calls take so long that others begin, and end, before they come back. */
static void linger(void)
{
    if (below(3) == 0)
        latest()->leave += below(4) * 10;
}

static uint64_t address(size_t slot)
{
    return BUFFER + 0x200 * slot;
}

static void allocate(struct slot *slot)
{
    uint64_t block = address((size_t)(slot - memory));
    enum sca_fn function;

    *slot = (struct slot){1 + below(WHATS - 1), thread, 1 + below(7), below(2)};
    switch (slot->what) {
    case QUERIED:
        query("query", block, YES);
        break;
    case SESSIONS:
        function = slot->wide ? SCA_FN_WTSEnumerateSessionsExW : SCA_FN_WTSEnumerateSessionsExA;
        effect(function, 1, "sessions", block, entries(1, slot->count), YES, 56 * slot->count);
        break;
    case READERS:
        effect(SCA_FN_SCardListReaders, 1, "readers", block, 7, OK, 24);
        break;
    default:
        function = slot->wide ? SCA_FN_WTSEnumerateProcessesExW : SCA_FN_WTSEnumerateProcessesExA;
        effect(function, 1, "processes", block,
               entries(slot->what == PROCESSES ? 1
                       : slot->what == LEVEL_0 ? 0
                                               : SCA_LEVEL_UNKNOWN,
                       slot->count),
               YES, 24 * slot->count);
        break;
    }
}

static void give_back(struct slot *slot)
{
    uint64_t block = address((size_t)(slot - memory));
    uint32_t type = slot->what == SESSIONS ? 2 : slot->what == PROCESSES ? 1 : 0;
    bool plain = slot->what == QUERIED || (slot->what >= LEVEL_0 && below(2));

    thread = slot->thread;
    if (slot->what == READERS) {
        effect(SCA_FN_SCardFreeMemory, 0, "tidy", block, 7, OK, 0);
    } else if (plain) {
        give("tidy", block);
    } else {
        enum sca_fn function = slot->wide ? SCA_FN_WTSFreeMemoryExW : SCA_FN_WTSFreeMemoryExA;

        if (below(8) == 0)
            give_typed(function, "tidy", block, type, slot->count, NO); /* once more, then */
        give_typed(function, "tidy", block, type, slot->what == LEVEL_0 ? 0 : slot->count, YES);
    }
    linger();
    slot->what = FREE;
}

static uint64_t value_of(uint64_t base, unsigned slot)
{
    return base + 0x10 * slot;
}

static void use_server(unsigned i)
{
    if (!servers[i].open) {
        servers[i] = (struct handle){.open = true};
        open_server("connect", value_of(SERVER, i));
    } else if (servers[i].channels || below(2)) {
        effect(SCA_FN_WTSEnumerateSessionsA, 0, "list", value_of(SERVER, i), 0, below(2), 0);
    } else {
        servers[i].open = false;
        close_server("disconnect", value_of(SERVER, i));
        linger();
    }
}

static void use_channel(unsigned i)
{
    struct handle *channel = &channels[i];

    if (!channel->open) {
        unsigned server = below(SLOTS + 1);

        if (server < SLOTS && !servers[server].open)
            server = SLOTS;
        *channel = (struct handle){.open = true, .server = server};
        open_channel("talk", server < SLOTS ? value_of(SERVER, server) : 0, value_of(CHANNEL, i));
        if (server < SLOTS)
            servers[server].channels++;
    } else if (below(4) == 0) {
        open_channel("again", channel->server < SLOTS ? value_of(SERVER, channel->server) : 0,
                     value_of(CHANNEL, i));
    } else if (below(2)) {
        write_channel("talk", value_of(CHANNEL, i), below(2));
    } else {
        channel->open = false;
        close_channel("hang_up", value_of(CHANNEL, i), YES);
        if (channel->server < SLOTS)
            servers[channel->server].channels--;
    }
}

static void watch(unsigned i)
{
    if (notifications[i] && below(2)) {
        notifications[i]--;
        effect(SCA_FN_WTSUnRegisterSessionNotification, 0, "watch", 7 + i, 0, YES, 0);
    } else {
        notifications[i]++;
        effect(SCA_FN_WTSRegisterSessionNotification, 0, "watch", 7 + i, 0, YES, 0);
    }
}

static void step(void)
{
    unsigned i = below(SLOTS);

    thread = 1 + below(THREADS);
    switch (below(5)) {
    case 0:
        use_server(i);
        break;
    case 1:
        use_channel(i);
        break;
    case 2:
        watch(i);
        break;
    default:
        if (memory[i].what == FREE)
            allocate(&memory[i]);
        else
            give_back(&memory[i]);
        break;
    }
}

static void tidy_up(void)
{
    now += 100; /* what lingers has come back */
    for (unsigned i = 0; i < SLOTS; i++) {
        while (channels[i].open)
            use_channel(i);
        while (notifications[i])
            watch(i);
        if (memory[i].what)
            give_back(&memory[i]);
        memory[i].what = FREE;
    }
    for (unsigned i = 0; i < SLOTS; i++)
        while (servers[i].open)
            use_server(i);
}

int main(void)
{
    unsigned histories = getenv("SCARDAUDIT_LONG") ? 2000 : 40;

    for (unsigned i = 0; i < histories; i++) {
        char *name = xasprintf("history %u", i);

        state = i;
        start();
        story.providers[1].family = SCA_FAMILY_WTS | SCA_FAMILY_PCSC;
        establish("main", 7);
        for (unsigned j = 0; j < STEPS; j++)
            step();
        tidy_up();
        release("main", 7);
        verdict("", name);
        free(name);
    }
    return finish();
}
