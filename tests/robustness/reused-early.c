/* SPDX-License-Identifier: MIT */
/*
 * Gets a block from each of two providers and gives it back: FIRST SECOND. When the second has
 * freed its block, and raises a signal, another thread gets the memory and frees it.
 */
#include "attack.h"

#include <dlfcn.h>
#include <malloc.h>
#include <semaphore.h>

#define SIZE 2000 /* more than a thread keeps for itself */
#define TEXT "2000"

static void *block;
static sem_t freed, taken;

static void *take_and_free(void *unused)
{
    void *volatile mine = malloc(SIZE); /* a thread's first takes room for other things too */

    free(mine);
    sem_post(&taken);
    sem_wait(&freed);
    mine = malloc(SIZE);
    puts(mine == block ? "freed by its next owner" : "another block");
    free(mine);
    sem_post(&taken);
    return unused;
}

static void handle(int number)
{
    (void)number;
    sem_post(&freed);
    sem_wait(&taken);
}

static NOINLINE void use(const char *path)
{
    void *provider = dlopen(path, RTLD_NOW);
    LONG (*establish)(DWORD, const void *, const void *, SCARDCONTEXT *);
    LONG (*list)(SCARDCONTEXT, const char *, char *, DWORD *);
    LONG (*give_back)(SCARDCONTEXT, void *);
    LONG (*release)(SCARDCONTEXT);
    SCARDCONTEXT ctx;
    DWORD length = SCARD_AUTOALLOCATE;
    void *volatile behind;

    if (!provider)
        abort();
    *(void **)&establish = dlsym(provider, "SCardEstablishContext");
    *(void **)&list = dlsym(provider, "SCardListReaders");
    *(void **)&give_back = dlsym(provider, "SCardFreeMemory");
    *(void **)&release = dlsym(provider, "SCardReleaseContext");
    establish(SCARD_SCOPE_SYSTEM, NULL, NULL, &ctx);
    list(ctx, TEXT, (char *)&block, &length);
    behind = malloc(SIZE); /* freed at the end of all, a block is none */
    give_back(ctx, block);
    release(ctx);
    free(behind);
}

int main(int argc, char **argv)
{
    pthread_t thread;

    mallopt(M_ARENA_MAX, 1);
    sem_init(&freed, 0, 0);
    sem_init(&taken, 0, 0);
    signal(SIGUSR1, handle);
    if (pthread_create(&thread, NULL, take_and_free, NULL) != 0)
        abort();
    sem_wait(&taken);
    for (int i = 1; i < argc; i++)
        use(argv[i]);
    pthread_join(thread, NULL);
    return 0;
}
