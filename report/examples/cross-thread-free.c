/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <winscard.h>

static SCARDCONTEXT context;

static void *clean_up(void *readers)
{
    SCardFreeMemory(context, readers);
    return NULL;
}

int main(void)
{
    DWORD length = SCARD_AUTOALLOCATE;
    char *readers = NULL;
    pthread_t thread;

    if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context) != SCARD_S_SUCCESS)
        return 1;
    SCardListReaders(context, NULL, (char *)&readers, &length);
    if (pthread_create(&thread, NULL, clean_up, readers) == 0) /* not the thread that asked */
        pthread_join(thread, NULL);
    SCardReleaseContext(context);
    return 0;
}
