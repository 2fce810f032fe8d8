/* SPDX-License-Identifier: MIT */
/*
 * winpr-mixed MODE: WinPR and pcsc-lite, each with functions of its own; what one of them handed
 * out is given back to the other. The twin gives it to the one it came from.
 *
 *   card-handle      pcsc-lite's, to WinPR, which hands it on to pcsc-lite: works
 *   context          the same
 *   context-up       WinPR's, to pcsc-lite: works, and WinPR keeps what it had for it
 *   block            pcsc-lite's, to WinPR, with a context of WinPR's: works
 *   block-up         WinPR's own, to pcsc-lite, with a context of pcsc-lite's: works
 *   block-through    one that WinPR had from pcsc-lite, to pcsc-lite: works
 *   lost-block       pcsc-lite's, to WinPR, with its own context: fails, the block is lost
 *   threads COUNT    no bug: two threads use a library each, COUNT times
 */
#define WINPR
#define OWN_LIBRARY "libwinpr2.so.2"
#include <winpr/smartcard.h>

#include "own.h"

#include "card.h"
#include "lite.h"

#include <pthread.h>

#ifdef FIXED
#define FIXED_ELSE(right, wrong) right
#else
#define FIXED_ELSE(right, wrong) wrong
#endif

static long rounds;

/* pcsc-lite 1.9.9 looks for a card handle in the contexts of all threads, and dies of one that is
 * released at that moment. */
static pthread_mutex_t cards = PTHREAD_MUTEX_INITIALIZER;

static NOINLINE char *card_name(SCARDHANDLE card)
{
    char *name = NULL;
    DWORD length = SCARD_AUTOALLOCATE;

    EXPECT(SCARD_S_SUCCESS, SCardStatusA(card, (char *)&name, &length, NULL, NULL, NULL, NULL));
    return name;
}

static NOINLINE void free_with_its_context(long ctx, void *block)
{
    EXPECT(SCARD_E_INVALID_HANDLE, SCardFreeMemory((SCARDCONTEXT)ctx, block));
}

static NOINLINE void *work_with_winpr(void *nothing)
{
    for (long i = 0; i < rounds; i++) {
        SCARDCONTEXT ctx = open_context();
        SCARDHANDLE card;

        free_block(ctx, list_readers(ctx));
        pthread_mutex_lock(&cards);
        card = open_card(ctx);
        free_block(ctx, card_name(card));
        close_card(card);
        close_context(ctx);
        pthread_mutex_unlock(&cards);
    }
    return nothing;
}

static NOINLINE void *work_with_lite(void *nothing)
{
    for (long i = 0; i < rounds; i++) {
        long ctx = lite_open_context();
        long card;

        lite_free_block(ctx, lite_list_readers(ctx));
        pthread_mutex_lock(&cards);
        card = lite_open_card(ctx);
        lite_close_card(card);
        lite_close_context(ctx);
        pthread_mutex_unlock(&cards);
    }
    return nothing;
}

static NOINLINE int work_at_once(void)
{
    pthread_t threads[2];

    if (pthread_create(&threads[0], NULL, work_with_winpr, NULL) != 0 ||
        pthread_create(&threads[1], NULL, work_with_lite, NULL) != 0)
        return UNEXPECTED;
    pthread_join(threads[0], NULL);
    pthread_join(threads[1], NULL);
    return 0;
}

static NOINLINE void mix_contexts(const char *mode, SCARDCONTEXT ctx, long other)
{
    if (!strcmp(mode, "context")) {
        FIXED_ELSE(lite_close_context(other), close_context((SCARDCONTEXT)other));
        close_context(ctx);
    } else {
        FIXED_ELSE(close_context(ctx), lite_close_context((long)ctx));
        lite_close_context(other);
    }
}

static NOINLINE void mix(const char *mode, SCARDCONTEXT ctx, long other)
{
    if (!strcmp(mode, "card-handle")) {
        long card = lite_open_card(other);

        FIXED_ELSE(lite_close_card(card), close_card((SCARDHANDLE)card));
    } else if (!strcmp(mode, "block")) {
        char *block = lite_list_readers(other);

        FIXED_ELSE(lite_free_block(other, block), free_block(ctx, block));
    } else if (!strcmp(mode, "block-up")) {
        SCARDHANDLE card = open_card(ctx);
        char *block = card_name(card);

        FIXED_ELSE(free_block(ctx, block), lite_free_block(other, block));
        close_card(card);
    } else if (!strcmp(mode, "block-through")) {
        char *block = list_readers(ctx);

        FIXED_ELSE(free_block(ctx, block), lite_free_block(other, block));
    } else if (!strcmp(mode, "lost-block")) {
        char *block = lite_list_readers(other);

        FIXED_ELSE(lite_free_block(other, block), free_with_its_context(other, block));
    } else {
        exit(UNEXPECTED);
    }
}

int main(int argc, char **argv)
{
    const char *mode = argc > 1 ? argv[1] : "";
    SCARDCONTEXT ctx;
    long other;

    if (!strcmp(mode, "threads") && argc == 3) {
        rounds = atol(argv[2]);
        return work_at_once();
    }
    ctx = open_context();
    other = lite_open_context();
    if (!strncmp(mode, "context", strlen("context"))) {
        mix_contexts(mode, ctx, other);
        return 0;
    }
    mix(mode, ctx, other);
    lite_close_context(other);
    close_context(ctx);
    return 0;
}
