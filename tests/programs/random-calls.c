/* SPDX-License-Identifier: MIT */
/*
 * random-calls SEED COUNT THREADS: COUNT random sequences of calls, all legal.
 *
 * The threads share contexts and card handles; a block is freed by the thread that was given it.
 * Nobody uses an object that somebody else lets go of: each object counts its users and what
 * depends on it, and is only released when both are none. A context may be released with card
 * handles open, as long as nobody uses them; how often a handle ended that way is printed.
 * After each sequence everything is released.
 *
 * A thread decides by its own generator, seeded from SEED; what the others do at the same time
 * is up to the scheduler.
 */
#include "card.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#define MAX_THREADS 16
#define MAX_CONTEXTS 20 /* pcscd serves 200 over all its clients */
#define MAX_CARDS 60    /* a reader may have 200 handles */
#define MAX_BLOCKS 8    /* held by one thread */
#define STEPS 24        /* of one thread in one sequence */

struct context {
    bool live;
    int users;  /* calls in flight */
    int blocks; /* not freed yet */
    SCARDCONTEXT value;
};

struct card {
    bool live;
    int users;
    struct context *context;
    SCARDHANDLE value;
};

struct block {
    struct context *context;
    void *address;
};

struct thread {
    pthread_t id;
    uint64_t random;
    struct block blocks[MAX_BLOCKS];
    int count;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
/* Written by who releases a context, read by who uses a card handle: pcsc-lite 1.9.9 looks for the
 * handle in the contexts of all threads, and dies of one that is released meanwhile. */
static pthread_rwlock_t releasing = PTHREAD_RWLOCK_INITIALIZER;
static struct context contexts[MAX_CONTEXTS];
static struct card cards[MAX_CARDS];
static int implicit_releases;
static pthread_barrier_t barrier;
static int sequences;

static unsigned dice(struct thread *thread, unsigned sides)
{
    thread->random = thread->random * 6364136223846793005U + 1442695040888963407U;
    return (unsigned)(thread->random >> 33) % sides;
}

/* ---- choosing an object and holding on to it: the caller becomes one of its users ------------ */

static struct context *take_context(struct thread *thread)
{
    unsigned start = dice(thread, MAX_CONTEXTS);
    struct context *taken = NULL;

    pthread_mutex_lock(&lock);
    for (unsigned i = 0; i < MAX_CONTEXTS && !taken; i++) {
        struct context *context = &contexts[(start + i) % MAX_CONTEXTS];

        if (context->live) {
            context->users++;
            taken = context;
        }
    }
    pthread_mutex_unlock(&lock);
    return taken;
}

static void drop_context(struct context *context)
{
    pthread_mutex_lock(&lock);
    context->users--;
    pthread_mutex_unlock(&lock);
}

static struct card *take_card(struct thread *thread)
{
    unsigned start = dice(thread, MAX_CARDS);
    struct card *taken = NULL;

    pthread_mutex_lock(&lock);
    for (unsigned i = 0; i < MAX_CARDS && !taken; i++) {
        struct card *card = &cards[(start + i) % MAX_CARDS];

        if (card->live) {
            card->users++;
            card->context->users++;
            taken = card;
        }
    }
    pthread_mutex_unlock(&lock);
    return taken;
}

static void drop_card(struct card *card)
{
    pthread_mutex_lock(&lock);
    card->users--;
    card->context->users--;
    pthread_mutex_unlock(&lock);
}

/* ---- blocks ---------------------------------------------------------------------------------- */

static void keep_block(struct thread *thread, struct context *context, void *address)
{
    if (!address)
        return;
    thread->blocks[thread->count++] = (struct block){context, address};
    pthread_mutex_lock(&lock);
    context->blocks++;
    pthread_mutex_unlock(&lock);
}

static bool room_for_blocks(const struct thread *thread)
{
    return thread->count + 2 <= MAX_BLOCKS;
}

static void free_one(struct thread *thread)
{
    struct block block;
    unsigned chosen;

    if (thread->count == 0)
        return;
    chosen = dice(thread, (unsigned)thread->count);
    block = thread->blocks[chosen];
    thread->blocks[chosen] = thread->blocks[--thread->count];
    free_block(block.context->value, block.address);
    pthread_mutex_lock(&lock);
    block.context->blocks--;
    pthread_mutex_unlock(&lock);
}

/* ---- acquiring ------------------------------------------------------------------------------- */

static void establish(struct thread *thread)
{
    struct context *context = &contexts[dice(thread, MAX_CONTEXTS)];
    bool mine;

    pthread_mutex_lock(&lock);
    mine = !context->live && context->users == 0;
    if (mine)
        context->users = 1;
    pthread_mutex_unlock(&lock);
    if (!mine)
        return;
    context->value = open_context();
    pthread_mutex_lock(&lock);
    context->users = 0;
    context->live = true;
    pthread_mutex_unlock(&lock);
}

static void connect(struct thread *thread)
{
    struct card *card = &cards[dice(thread, MAX_CARDS)];
    struct context *context = take_context(thread);
    bool mine;

    if (!context)
        return;
    pthread_mutex_lock(&lock);
    mine = !card->live && card->users == 0;
    if (mine)
        card->users = 1;
    pthread_mutex_unlock(&lock);
    if (mine) {
        card->value = open_card(context->value);
        pthread_mutex_lock(&lock);
        card->context = context;
        card->users = 0;
        card->live = true;
        pthread_mutex_unlock(&lock);
    }
    drop_context(context);
}

/* ---- releasing ------------------------------------------------------------------------------- */

static void release(struct context *context)
{
    SCARDCONTEXT value;

    pthread_mutex_lock(&lock);
    if (!context->live || context->users || context->blocks) {
        pthread_mutex_unlock(&lock);
        return;
    }
    /* nobody uses its handles either: their users are counted here too */
    for (int i = 0; i < MAX_CARDS; i++) {
        if (cards[i].live && cards[i].context == context) {
            cards[i].live = false;
            implicit_releases++;
        }
    }
    context->live = false;
    context->users = 1;
    value = context->value;
    pthread_mutex_unlock(&lock);
    pthread_rwlock_wrlock(&releasing);
    close_context(value);
    pthread_rwlock_unlock(&releasing);
    drop_context(context);
}

static void disconnect(struct card *card)
{
    pthread_mutex_lock(&lock);
    if (!card->live || card->users) {
        pthread_mutex_unlock(&lock);
        return;
    }
    card->live = false;
    card->users = 1;
    card->context->users++;
    pthread_mutex_unlock(&lock);
    pthread_rwlock_rdlock(&releasing);
    close_card(card->value);
    pthread_rwlock_unlock(&releasing);
    drop_card(card);
}

/* ---- using ----------------------------------------------------------------------------------- */

static void use_context(struct thread *thread)
{
    struct context *context = take_context(thread);
    SCARD_READERSTATE state;
    void *block = NULL;
    DWORD length = SCARD_AUTOALLOCATE;

    if (!context)
        return;
    switch (dice(thread, 5)) {
    case 0:
        EXPECT(SCARD_S_SUCCESS, SCardIsValidContext(context->value));
        break;
    case 1:
        memset(&state, 0, sizeof(state));
        state.szReader = (char *)reader_name(context->value);
        EXPECT(SCARD_S_SUCCESS, SCardGetStatusChange(context->value, 0, &state, 1));
        break;
    case 2:
        EXPECT(SCARD_S_SUCCESS, SCardCancel(context->value));
        break;
    case 3:
        EXPECT(SCARD_S_SUCCESS, SCardListReaderGroups(context->value, (char *)&block, &length));
        break;
    default:
        EXPECT(SCARD_S_SUCCESS, SCardListReaders(context->value, NULL, (char *)&block, &length));
    }
    keep_block(thread, context, block);
    drop_context(context);
}

static void use_card(struct thread *thread)
{
    static const BYTE select[] = {0x00, 0xA4, 0x04, 0x00, 0x00};
    struct card *card = take_card(thread);
    void *first = NULL, *second = NULL;
    DWORD length = SCARD_AUTOALLOCATE, atr_length = SCARD_AUTOALLOCATE, short_length = 1;
    DWORD protocol;
    BYTE answer[258];

    if (!card)
        return;
    pthread_rwlock_rdlock(&releasing);
    switch (dice(thread, 7)) {
    case 0:
        EXPECT(SCARD_S_SUCCESS, SCardStatus(card->value, NULL, NULL, NULL, NULL, NULL, NULL));
        break;
    case 1:
        EXPECT(SCARD_S_SUCCESS, SCardStatus(card->value, (char *)&first, &length, NULL, NULL,
                                            (BYTE *)&second, &atr_length));
        break;
    case 2: /* an error that hands out a block all the same */
        EXPECT(SCARD_E_INSUFFICIENT_BUFFER, SCardStatus(card->value, (char *)&first, &length, NULL,
                                                        NULL, answer, &short_length));
        break;
    case 3:
        EXPECT(SCARD_E_UNSUPPORTED_FEATURE,
               SCardGetAttrib(card->value, SCARD_ATTR_VENDOR_NAME, (BYTE *)&first, &length));
        break;
    case 4:
        EXPECT(SCARD_S_SUCCESS, SCardReconnect(card->value, SCARD_SHARE_SHARED, SCARD_PROTOCOL_ANY,
                                               SCARD_LEAVE_CARD, &protocol));
        break;
    case 5: /* an error that leaves the handle as it was */
        EXPECT(SCARD_E_INVALID_VALUE, SCardDisconnect(card->value, 0xFFFF));
        break;
    default:
        length = sizeof(answer);
        EXPECT(SCARD_S_SUCCESS, SCardTransmit(card->value, SCARD_PCI_T1, select, sizeof(select),
                                              NULL, answer, &length));
    }
    pthread_rwlock_unlock(&releasing);
    keep_block(thread, card->context, first);
    keep_block(thread, card->context, second);
    drop_card(card);
}

/* ---- sequences ------------------------------------------------------------------------------- */

static void step(struct thread *thread)
{
    unsigned number = dice(thread, 100);

    if (!room_for_blocks(thread))
        free_one(thread);
    else if (number < 12)
        establish(thread);
    else if (number < 24)
        connect(thread);
    else if (number < 29)
        release(&contexts[dice(thread, MAX_CONTEXTS)]);
    else if (number < 37)
        disconnect(&cards[dice(thread, MAX_CARDS)]);
    else if (number < 52)
        free_one(thread);
    else if (number < 74)
        use_context(thread);
    else
        use_card(thread);
}

/* Alone: the others wait at the barrier and hold neither blocks nor objects. */
static void release_everything(struct thread *thread)
{
    for (int i = 0; i < MAX_CARDS; i++) {
        if (dice(thread, 4) != 0)
            disconnect(&cards[i]);
    }
    for (int i = 0; i < MAX_CONTEXTS; i++)
        release(&contexts[i]);
}

static void *work(void *argument)
{
    struct thread *thread = argument;

    for (int i = 0; i < sequences; i++) {
        for (int j = 0; j < STEPS; j++)
            step(thread);
        while (thread->count > 0)
            free_one(thread);
        if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD)
            release_everything(thread);
        pthread_barrier_wait(&barrier);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    static struct thread threads[MAX_THREADS];
    uint64_t seed = argc == 4 ? strtoull(argv[1], NULL, 0) : 0;
    int count = argc == 4 ? atoi(argv[3]) : 0;

    sequences = argc == 4 ? atoi(argv[2]) : 0;
    if (count < 1 || count > MAX_THREADS || sequences < 1) {
        fprintf(stderr, "usage: random-calls SEED COUNT THREADS\n");
        return 2;
    }
    printf("seed: %llu\n", (unsigned long long)seed);
    fflush(stdout);
    pthread_barrier_init(&barrier, NULL, (unsigned)count);
    for (int i = 0; i < count; i++) {
        threads[i].random = (seed + (uint64_t)i) * 0x9E3779B97F4A7C15U;
        if (pthread_create(&threads[i].id, NULL, work, &threads[i]) != 0)
            return UNEXPECTED;
    }
    for (int i = 0; i < count; i++)
        pthread_join(threads[i].id, NULL);
    printf("implicit releases: %d\n", implicit_releases);
    return 0;
}
