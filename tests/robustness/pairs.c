/* SPDX-License-Identifier: MIT */
/*
 * Threads that get blocks and give them back, mostly rightly, by random routes: SEED COUNT THREADS
 * [right]. In the end it prints how many mistakes it made, each as the rule that is to find it;
 * with "right" there are none, and nothing is printed.
 */
#include "blocks.h"

#include <stdatomic.h>
#include <stdint.h>

/* A second free is made only while the first block must still be in the quarantine, which the
 * test makes 65536 blocks large. */
#define SAFE 20000

struct parcel {
    char *block;
    uintptr_t sender;
};

enum rule { DOUBLE_FREE, MISMATCHED, INVALID, LEAK, CROSS_THREAD, RULES };
static const char *const names[RULES] = {"double-free", "mismatched-free", "invalid-free",
                                         "autoallocate-leak", "cross-thread-free"};
static atomic_long made[RULES];
static atomic_long frees;
static _Atomic(struct parcel *) mailbox;
static long count;
static uint64_t seed;
static int right;

extern void delete_sized(void *block, size_t size) __asm__("_ZdlPvm");

static uint64_t random_number(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static unsigned random_size(uint64_t *state)
{
    static const unsigned sizes[] = {0, 1, 8, 16, 37, 264, 1500};

    return sizes[random_number(state) % (sizeof sizes / sizeof *sizes)];
}

static void note(enum rule rule)
{
    atomic_fetch_add(&made[rule], 1);
}

static void give_twice(char *block, void (*first)(void *), void (*second)(void *))
{
    long before = atomic_fetch_add(&frees, 1);

    first(block);
    if (first == give_to_free)
        note(MISMATCHED);
    if (atomic_load(&frees) - before > SAFE)
        return;
    second(block);
    note(DOUBLE_FREE);
}

static void give_to_realloc(void *block)
{
    void *result = realloc(block, 100);

    if (!result)
        abort();
    free(result);
}

static void give_to_delete(void *block)
{
    delete_sized(block, 8);
}

/* Freed by whoever comes next, who may be the same thread. */
static void hand_over(char *block, uintptr_t me)
{
    struct parcel *parcel = malloc(sizeof *parcel);
    struct parcel *found;

    if (!parcel)
        abort();
    *parcel = (struct parcel){block, me};
    found = atomic_exchange(&mailbox, parcel);
    if (!found)
        return;
    give_to_library(found->block);
    if (found->sender != me)
        note(CROSS_THREAD);
    free(found);
}

static void turn(uint64_t *state, uintptr_t me)
{
    char *block = get_block(random_size(state));

    switch (right ? 64 : random_number(state) % 64) {
    case 0:
        give_twice(block, give_to_library, give_to_library);
        break;
    case 1:
        give_twice(block, give_to_library, give_to_free);
        break;
    case 2:
        give_twice(block, give_to_free, give_to_library);
        break;
    case 3:
        give_twice(block, give_to_library, give_to_realloc);
        break;
    case 4:
        give_twice(block, give_to_library, give_to_delete);
        break;
    case 5:
        atomic_fetch_add(&frees, 1);
        give_to_free(block);
        note(MISMATCHED);
        break;
    case 6:
        give_to_realloc(block);
        note(MISMATCHED);
        break;
    case 7:
        atomic_fetch_add(&frees, 1);
        give_to_delete(block);
        note(MISMATCHED);
        break;
    case 8:
        note(LEAK);
        break;
    case 9:
        atomic_fetch_add(&frees, 1);
        hand_over(block, me);
        break;
    default:
        atomic_fetch_add(&frees, 1);
        give_to_library(block);
    }
}

static void *work(void *number)
{
    uint64_t state = seed + (uintptr_t)number * 7919;

    for (long i = 0; i < count; i++)
        turn(&state, (uintptr_t)number);
    return NULL;
}

/* Their addresses were never handed out. */
static void give_own_memory(void)
{
    char *own[5];

    for (int i = 0; i < 5; i++)
        own[i] = malloc(64);
    for (int i = 0; i < 5; i++) {
        give_to_library(own[i]);
        note(INVALID);
    }
}

int main(int argc, char **argv)
{
    pthread_t threads[16];
    uintptr_t threads_count;

    if (argc < 4)
        return 2;
    right = argc > 4;
    seed = strtoull(argv[1], NULL, 10) * 2654435761U + 1;
    threads_count = strtoul(argv[3], NULL, 10);
    count = atol(argv[2]) / (long)threads_count;
    establish();
    if (!right)
        give_own_memory();
    for (uintptr_t i = 0; i < threads_count; i++)
        if (pthread_create(&threads[i], NULL, work, (void *)(i + 1)) != 0)
            abort();
    for (uintptr_t i = 0; i < threads_count; i++)
        pthread_join(threads[i], NULL);
    if (atomic_load(&mailbox))
        hand_over(NULL, 0);
    release();
    for (int i = 0; i < RULES && !right; i++)
        printf("%s %ld\n", names[i], atomic_load(&made[i]));
    return 0;
}
