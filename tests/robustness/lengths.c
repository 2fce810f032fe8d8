/* SPDX-License-Identifier: MIT */
/*
 * Threads that get blocks and give them back, with the length on their own stack, on another
 * thread's, on the heap, in a global, in a mapping, and in the last bytes of one. For pcsc-lite
 * and, built with WINPR, for WinPR.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#ifdef WINPR
#include <winpr/smartcard.h>
#define SCardListReaders SCardListReadersA
#else
#include <winscard.h>
#endif

#define THREADS 2
#define ROUNDS 100
#define PLACES 6
#define PAGE 4096

struct turn {
    DWORD *lengths[PLACES];
    unsigned long results; /* all of them, or-ed */
    int right[PLACES];
};

static DWORD global[THREADS];

static void *work(void *argument)
{
    struct turn *turn = argument;
    DWORD own;
    SCARDCONTEXT context;

    turn->lengths[0] = &own;
    turn->results |= (unsigned)SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context);
    for (int i = 0; i < ROUNDS * PLACES; i++) {
        DWORD *length = turn->lengths[i % PLACES];
        char *readers = NULL;

        *length = (DWORD)-1;
        turn->results |= (unsigned)SCardListReaders(context, NULL, (char *)&readers, length);
        turn->right[i % PLACES] += *length == 37 && !strcmp(readers, "Virtual PCD 00 00");
        turn->results |= (unsigned)SCardFreeMemory(context, readers);
    }
    turn->results |= (unsigned)SCardReleaseContext(context);
    return NULL;
}

static char *map(void)
{
    char *pages = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (pages == MAP_FAILED || mprotect(pages + PAGE, PAGE, PROT_NONE) != 0)
        abort();
    return pages;
}

int main(void)
{
    pthread_t threads[THREADS];
    struct turn turns[THREADS] = {0};
    DWORD here[THREADS];

    for (int i = 0; i < THREADS; i++) {
        char *pages = map();

        turns[i].lengths[1] = &here[i];
        turns[i].lengths[2] = malloc(sizeof(DWORD));
        turns[i].lengths[3] = &global[i];
        turns[i].lengths[4] = (DWORD *)pages;
        turns[i].lengths[5] = (DWORD *)(pages + PAGE - sizeof(DWORD));
        if (!turns[i].lengths[2] || pthread_create(&threads[i], NULL, work, &turns[i]) != 0)
            abort();
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        printf("results 0x%lx, right", turns[i].results);
        for (int place = 0; place < PLACES; place++)
            printf(" %d", turns[i].right[place]);
        putchar('\n');
        free(turns[i].lengths[2]);
    }
    return 0;
}
