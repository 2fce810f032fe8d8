/* SPDX-License-Identifier: MIT */
/*
 * kill-victim JOURNAL THREADS [ENTRIES]: acquires, uses and releases objects until it is killed,
 * and keeps a journal of its own, in a file mapped shared, which survives SIGKILL as the trace
 * does.
 *
 * An entry is made after a call returned, one for each object it used, acquired or released:
 * whatever the journal has, the trace must have. Of each thread's objects some are kept: one
 * block in eight, and one card handle in eight, as long as there are fewer than CARDS.
 *
 * The journal is an array of struct entry, little-endian, read by kill-loop.py. The program ends
 * with status 0 when the journal is full. It needs $TEST_READER.
 */
#include "card.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#define ENTRIES 65536 /* if it is not said */
#define MAX_THREADS 16
#define CARDS 10

struct entry {
    char function[32]; /* the name, padded with zeros */
    uint64_t object;
    uint64_t result;
    uint64_t thread;
    _Atomic uint64_t done; /* 1, stored last */
};

static struct entry *journal;
static size_t entries = ENTRIES;
static atomic_uint used;

static void note(uint64_t thread, const char *function, uint64_t object, LONG rv)
{
    unsigned number = atomic_fetch_add(&used, 1);
    struct entry *entry;

    if (number >= entries)
        exit(0);
    entry = &journal[number];
    strncpy(entry->function, function, sizeof(entry->function) - 1);
    entry->object = object;
    entry->result = (uint64_t)rv;
    entry->thread = thread;
    atomic_store_explicit(&entry->done, 1, memory_order_release);
}

static SCARDCONTEXT establish(uint64_t thread)
{
    SCARDCONTEXT ctx = 0;
    LONG rv = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &ctx);

    note(thread, "SCardEstablishContext", (uint64_t)ctx, rv);
    EXPECT(SCARD_S_SUCCESS, rv);
    return ctx;
}

static void release(uint64_t thread, SCARDCONTEXT ctx)
{
    note(thread, "SCardReleaseContext", (uint64_t)ctx, SCardReleaseContext(ctx));
}

static SCARDHANDLE connect(uint64_t thread, SCARDCONTEXT ctx)
{
    SCARDHANDLE card = 0;
    DWORD protocol;
    LONG rv = SCardConnect(ctx, reader_name(ctx), SCARD_SHARE_SHARED, SCARD_PROTOCOL_ANY, &card,
                           &protocol);

    note(thread, "SCardConnect", (uint64_t)ctx, rv);
    note(thread, "SCardConnect", (uint64_t)card, rv);
    EXPECT(SCARD_S_SUCCESS, rv);
    return card;
}

static void disconnect(uint64_t thread, SCARDHANDLE card)
{
    note(thread, "SCardDisconnect", (uint64_t)card, SCardDisconnect(card, SCARD_LEAVE_CARD));
}

static char *list(uint64_t thread, SCARDCONTEXT ctx)
{
    char *readers = NULL;
    DWORD length = SCARD_AUTOALLOCATE;
    LONG rv = SCardListReaders(ctx, NULL, (char *)&readers, &length);

    note(thread, "SCardListReaders", (uint64_t)ctx, rv);
    note(thread, "SCardListReaders", (uint64_t)(uintptr_t)readers, rv);
    EXPECT(SCARD_S_SUCCESS, rv);
    return readers;
}

static void free_list(uint64_t thread, SCARDCONTEXT ctx, const char *readers)
{
    /* taken before the call: afterwards the address may be somebody else's */
    uint64_t object = (uint64_t)(uintptr_t)readers;

    note(thread, "SCardFreeMemory", object, SCardFreeMemory(ctx, readers));
}

static void *work(void *argument)
{
    uint64_t thread = (uint64_t)(uintptr_t)argument;
    SCARDCONTEXT ctx = establish(thread);
    int kept = 0;

    for (unsigned i = 0;; i++) {
        SCARDCONTEXT other = establish(thread);
        SCARDHANDLE card = connect(thread, ctx);
        char *readers = list(thread, other);

        note(thread, "SCardStatus", (uint64_t)card,
             SCardStatus(card, NULL, NULL, NULL, NULL, NULL, NULL));
        if (i % 8 != 0)
            free_list(thread, other, readers);
        if (i % 8 != 0 || kept++ >= CARDS)
            disconnect(thread, card);
        release(thread, other);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    int threads = argc >= 3 ? atoi(argv[2]) : 0;
    int file = threads > 0 ? open(argv[1], O_RDWR | O_CREAT | O_TRUNC, 0600) : -1;
    size_t size;

    if (argc > 3)
        entries = strtoul(argv[3], NULL, 10);
    size = entries * sizeof(struct entry);
    if (threads < 1 || threads > MAX_THREADS || file < 0 || ftruncate(file, (off_t)size) < 0) {
        fprintf(stderr, "usage: kill-victim JOURNAL THREADS [ENTRIES]\n");
        return 2;
    }
    journal = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (journal == MAP_FAILED)
        return UNEXPECTED;
    close(file);
    for (int i = 1; i < threads; i++) {
        pthread_t id;

        if (pthread_create(&id, NULL, work, (void *)(uintptr_t)i) != 0)
            return UNEXPECTED;
    }
    work((void *)(uintptr_t)0);
    return 0;
}
