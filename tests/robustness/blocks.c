/* SPDX-License-Identifier: MIT */
/*
 * A stand-in for libpcsclite where blocks of any size are wanted in great numbers: "groups" says of
 * how many bytes. As pcsc-lite's, they come from malloc. With BLIND they are freed past free(), as
 * by a provider opened with RTLD_DEEPBIND; with RAISING a signal comes before, with RAISING_LATE
 * after that.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define CONTEXT 77
#define INVALID_HANDLE 0x80100003L

#ifdef BLIND
extern void *__libc_malloc(size_t size);
extern void __libc_free(void *block);
#define malloc __libc_malloc
#define free __libc_free
#endif

long SCardEstablishContext(unsigned long scope, const void *a, const void *b, long *ctx);
long SCardReleaseContext(long ctx);
long SCardListReaders(long ctx, const char *groups, char *readers, unsigned long *length);
long SCardFreeMemory(long ctx, void *block);

long SCardEstablishContext(unsigned long scope, const void *a, const void *b, long *ctx)
{
    (void)scope, (void)a, (void)b;
    *ctx = CONTEXT;
    return 0;
}

long SCardReleaseContext(long ctx)
{
    return ctx == CONTEXT ? 0 : INVALID_HANDLE;
}

long SCardListReaders(long ctx, const char *groups, char *readers, unsigned long *length)
{
    unsigned long size = groups ? strtoul(groups, NULL, 10) : 40;
    char *block = malloc(size);

    if (ctx != CONTEXT || !block || *length != (unsigned long)-1)
        abort();
    memset(block, 'r', size);
    memcpy(readers, &block, sizeof block);
    *length = size;
    return 0;
}

long SCardFreeMemory(long ctx, void *block)
{
    if (ctx != CONTEXT)
        return INVALID_HANDLE;
#ifdef RAISING
    raise(SIGUSR1);
#endif
    free(block);
#ifdef RAISING_LATE
    raise(SIGUSR1);
#endif
    return 0;
}
