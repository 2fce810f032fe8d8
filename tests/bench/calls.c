/* SPDX-License-Identifier: MIT */
/*
 * How long do calls to a provider take?
 *
 *     calls WHAT COUNT [PLACES [THREADS [DEEPER]]]
 *
 *   pair      SCardListReaders with SCARD_AUTOALLOCATE, and SCardFreeMemory
 *   waiting   the same, where a living provider makes it wait
 *   connect   SCardConnect; audited, it is two trace records
 *   refused   SCardConnect without success; audited, it is one
 *   dlsym     dlsym of a function that nobody audits
 *
 * Each of the THREADS makes COUNT of them in slices, after a slice that does not count, and
 * says how many nanoseconds one took in the median slice; "took" is their average. That is CPU
 * time, except where threads wait for another or for the provider. Stacks are 15 frames deep, and
 * DEEPER more; they differ in PLACES ways, taken in turns.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <winscard.h>

#define SLICES 9
#define MAX_THREADS 64
#define NOINLINE __attribute__((noinline))
#define NO_TAIL_CALL __asm__ volatile("" ::: "memory")

static SCARDCONTEXT context;
static unsigned long count, places = 1, deeper;
static void (*what)(void);
static pthread_barrier_t everyone;
static clockid_t time_of = CLOCK_THREAD_CPUTIME_ID;

/* ---- what is measured ----------------------------------------------------------------------- */

static void expect(LONG wanted, LONG result)
{
    if (result == wanted)
        return;
    fprintf(stderr, "calls: 0x%lx instead of 0x%lx\n", (unsigned long)result,
            (unsigned long)wanted);
    exit(1);
}

static NOINLINE void pair(void)
{
    DWORD length = SCARD_AUTOALLOCATE;
    char *readers = NULL;

    expect(SCARD_S_SUCCESS, SCardListReaders(context, NULL, (LPSTR)&readers, &length));
    expect(SCARD_S_SUCCESS, SCardFreeMemory(context, readers));
}

static LONG connect_to(const char *reader)
{
    SCARDHANDLE card;
    DWORD protocol;

    return SCardConnect(context, reader, SCARD_SHARE_SHARED, SCARD_PROTOCOL_ANY, &card, &protocol);
}

static NOINLINE void connect_card(void)
{
    expect(SCARD_S_SUCCESS, connect_to("Stand-in 00 00"));
}

static NOINLINE void refused(void)
{
    expect(SCARD_E_INVALID_VALUE, connect_to(NULL));
}

static NOINLINE void look_up(void)
{
    if (!dlsym(RTLD_DEFAULT, "strlen"))
        exit(1);
}

/* ---- from where ----------------------------------------------------------------------------- */

static NOINLINE void level_0(unsigned long place)
{
    (void)place;
    what();
    NO_TAIL_CALL;
}

/* Four places each, so that seven levels have 16,384 stacks. */
#define PLACE(number, next)                                                                        \
    next(place / 4);                                                                               \
    __asm__ volatile("# " #number ::: "memory")
#define LEVEL(number, next)                                                                        \
    static NOINLINE void level_##number(unsigned long place)                                       \
    {                                                                                              \
        switch (place % 4) {                                                                       \
        case 0:                                                                                    \
            PLACE(0, next);                                                                        \
            break;                                                                                 \
        case 1:                                                                                    \
            PLACE(1, next);                                                                        \
            break;                                                                                 \
        case 2:                                                                                    \
            PLACE(2, next);                                                                        \
            break;                                                                                 \
        default:                                                                                   \
            PLACE(3, next);                                                                        \
        }                                                                                          \
    }
LEVEL(1, level_0)
LEVEL(2, level_1)
LEVEL(3, level_2)
LEVEL(4, level_3)
LEVEL(5, level_4)
LEVEL(6, level_5)
LEVEL(7, level_6)

static double now(void)
{
    struct timespec time;

    clock_gettime(time_of, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static inline __attribute__((always_inline)) double some(unsigned long calls)
{
    static __thread unsigned long place;
    double start = now();

    for (unsigned long i = 0; i < calls; i++) {
        level_7(place);
        place = place + 1 < places ? place + 1 : 0;
    }
    return (now() - start) / (double)calls;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static NOINLINE void slices(double *median)
{
    double times[SLICES + 1];

    for (int i = 0; i <= SLICES; i++) {
        if (i == 1)
            pthread_barrier_wait(&everyone);
        times[i] = some(count / SLICES + 1);
    }
    qsort(times + 1, SLICES, sizeof *times, by_size);
    *median = times[1 + SLICES / 2];
}

static NOINLINE void descend(unsigned long frames, double *median)
{
    if (frames)
        descend(frames - 1, median);
    else
        slices(median);
    NO_TAIL_CALL;
}

static void *thread(void *median)
{
    descend(deeper, median);
    return NULL;
}

/* ---- */

static unsigned long argument(int argc, char **argv, int index, unsigned long otherwise)
{
    unsigned long value = index < argc ? strtoul(argv[index], NULL, 10) : 0;

    return value ? value : otherwise;
}

static void (*function_named(const char *name))(void)
{
    static const struct {
        const char *name;
        void (*function)(void);
    } all[] = {{"pair", pair},
               {"waiting", pair},
               {"connect", connect_card},
               {"refused", refused},
               {"dlsym", look_up}};

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(all[i].name, name) == 0)
            return all[i].function;
    fprintf(stderr, "calls: %s?\n", name);
    exit(2);
}

int main(int argc, char **argv)
{
    unsigned long threads = argument(argc, argv, 4, 1);
    pthread_t others[MAX_THREADS];
    double medians[MAX_THREADS], sum = 0;

    if (argc < 3 || threads > MAX_THREADS) {
        fprintf(stderr, "usage: calls WHAT COUNT [PLACES [THREADS [DEEPER]]]\n");
        return 2;
    }
    what = function_named(argv[1]);
    count = argument(argc, argv, 2, 1);
    places = argument(argc, argv, 3, 1);
    deeper = argument(argc, argv, 5, 0);
    expect(SCARD_S_SUCCESS, SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context));
    if (threads > 1 || strcmp(argv[1], "waiting") == 0)
        time_of = CLOCK_MONOTONIC;
    pthread_barrier_init(&everyone, NULL, (unsigned)threads);
    for (unsigned long i = 1; i < threads; i++)
        if (pthread_create(&others[i], NULL, thread, &medians[i]) != 0)
            return 1;
    descend(deeper, &medians[0]);
    for (unsigned long i = 1; i < threads; i++)
        pthread_join(others[i], NULL);
    for (unsigned long i = 0; i < threads; i++)
        sum += medians[i];
    expect(SCARD_S_SUCCESS, SCardReleaseContext(context));
    printf("took %.3f\n", sum / (double)threads);
    return 0;
}
