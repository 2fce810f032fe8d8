/* SPDX-License-Identifier: MIT */
/*
 * Two threads call each function for the first time at the same moment, so that it is bound and
 * resolved by both. None has an object to work on: the calls fail and change nothing. Built as a
 * program, and as a plugin (plugin_work).
 */
#include <pthread.h>
#include <stdio.h>
#include <winscard.h>
#include <reader.h>

#define FUNCTIONS 17
#define THREADS 2

void plugin_work(void);

static pthread_barrier_t barrier;

static LONG call(int number)
{
    DWORD length = 0, state, protocol;
    SCARDHANDLE card;
    char text[8];
    unsigned char bytes[8];

    switch (number) {
    case 0:
        return SCardReleaseContext(0);
    case 1:
        return SCardIsValidContext(0);
    case 2:
        return SCardConnect(0, "none", SCARD_SHARE_SHARED, SCARD_PROTOCOL_ANY, &card, &protocol);
    case 3:
        return SCardReconnect(0, SCARD_SHARE_SHARED, SCARD_PROTOCOL_ANY, 0, &protocol);
    case 4:
        return SCardDisconnect(0, SCARD_LEAVE_CARD);
    case 5:
        return SCardBeginTransaction(0);
    case 6:
        return SCardEndTransaction(0, SCARD_LEAVE_CARD);
    case 7:
        return SCardStatus(0, text, &length, &state, &protocol, bytes, &length);
    case 8:
        return SCardGetStatusChange(0, 0, NULL, 0);
    case 9:
        return SCardControl(0, 0, bytes, 1, bytes, 1, &length);
    case 10:
        return SCardTransmit(0, SCARD_PCI_T1, bytes, 1, NULL, bytes, &length);
    case 11:
        return SCardListReaderGroups(0, text, &length);
    case 12:
        return SCardListReaders(0, NULL, text, &length);
    case 13:
        return SCardFreeMemory(0, NULL);
    case 14:
        return SCardCancel(0);
    case 15:
        return SCardGetAttrib(0, 0, bytes, &length);
    default:
        return SCardSetAttrib(0, 0, bytes, 1);
    }
}

static void *work(void *failed)
{
    for (int i = 0; i < FUNCTIONS; i++) {
        pthread_barrier_wait(&barrier);
        *(int *)failed += call(i) != SCARD_S_SUCCESS;
    }
    return NULL;
}

void plugin_work(void)
{
    pthread_t thread[THREADS];
    int failed[THREADS] = {0};

    pthread_barrier_init(&barrier, NULL, THREADS);
    for (int i = 0; i < THREADS; i++)
        pthread_create(&thread[i], NULL, work, &failed[i]);
    for (int i = 0; i < THREADS; i++)
        pthread_join(thread[i], NULL);
    printf("%d and %d of %d calls failed\n", failed[0], failed[1], FUNCTIONS);
}

int main(void)
{
    plugin_work();
    return 0;
}
