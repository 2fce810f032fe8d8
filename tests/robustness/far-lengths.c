/* SPDX-License-Identifier: MIT */
/*
 * Lengths that are not on the caller's stack: in the program's data, on the heap, in shared memory,
 * on another thread's stack, across two pages; and, given with a context that is none, at addresses
 * where nothing can be read, which the library does not look at then.
 */
#include <stdint.h>
#include <sys/mman.h>

#include "attack.h"

#define PAGE ((size_t)4096)

static SCARDCONTEXT ctx;

/* The address need not be aligned. */
static NOINLINE void list(const char *where, void *length)
{
    const DWORD automatic = SCARD_AUTOALLOCATE;
    char *readers = NULL;
    LONG rv;

    memcpy(length, &automatic, sizeof automatic);
    rv = SCardListReaders(ctx, NULL, (LPSTR)&readers, length);
    printf("%s: %lx, %s\n", where, (unsigned long)rv, readers ? "a block" : "nothing");
    SCardFreeMemory(ctx, readers);
}

static NOINLINE void refuse(const char *where, uintptr_t address)
{
    char *readers = NULL;
    LONG rv = SCardListReaders(ctx + 1, NULL, (LPSTR)&readers, (DWORD *)address);

    printf("%s: %lx, %s\n", where, (unsigned long)rv, readers ? "a block" : "nothing");
}

static char *map(int flags)
{
    char *pages = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS, -1, 0);

    if (pages == MAP_FAILED)
        abort();
    return pages;
}

static void *on_a_thread(void *length)
{
    static DWORD data;
    DWORD own;

    list("a thread's stack", &own);
    list("the first thread's stack", length);
    list("data, on a thread", &data);
    return NULL;
}

int main(int argc, char **argv)
{
    static DWORD data;
    DWORD local, *heap = malloc(sizeof *heap);
    char *shared = map(MAP_SHARED), *half = map(MAP_PRIVATE);
    pthread_t thread;

    (void)argv;
    mprotect(half + PAGE, PAGE, PROT_NONE);
    SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &ctx);
    list("data", &data);
    list("heap", heap);
    list("shared memory", shared);
    list("two pages", shared + PAGE - 3);
    if (pthread_create(&thread, NULL, on_a_thread, &local) != 0)
        abort();
    pthread_join(thread, NULL);
    if (argc > 1) { /* the library at hand refuses before it looks */
        refuse("page 0", 8);
        refuse("half of it", (uintptr_t)half + PAGE - 4);
        refuse("a guard page", (uintptr_t)half + PAGE);
        refuse("no address", UINT64_C(1) << 63);
        refuse("the last bytes", UINTPTR_MAX - 3);
    }
    SCardReleaseContext(ctx);
    munmap(half, 2 * PAGE);
    munmap(shared, 2 * PAGE);
    free(heap);
    return 0;
}
