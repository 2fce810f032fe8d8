/* SPDX-License-Identifier: MIT */
/*
 * A stand-in for libpcsclite where the real one cannot be used: its functions take a mutex, so they
 * deadlock by themselves in signal handlers, and there is only one of it. It hands out contexts
 * from FIRST + 1 on, takes back those only, keeps nothing, and waits for ever for a status to
 * change.
 *
 * With -DMORE it has two functions that nobody knows; with -DMANY sixty, of 20 characters each;
 * with -DWINDOWS one by a name that only WinPR has.
 */
#include <stdatomic.h>
#include <unistd.h>

#ifndef FIRST
#define FIRST 1000
#endif
#define INVALID_HANDLE 0x80100003L

long SCardEstablishContext(unsigned long scope, const void *a, const void *b, long *ctx);
long SCardReleaseContext(long ctx);
long SCardIsValidContext(long ctx);
long SCardListReaders(long ctx, const char *groups, char *readers, unsigned long *length);
long SCardGetStatusChange(long ctx, unsigned long timeout, void *states, unsigned long count);

long SCardEstablishContext(unsigned long scope, const void *a, const void *b, long *ctx)
{
    static atomic_long last = FIRST;

    (void)scope, (void)a, (void)b;
    *ctx = ++last;
    return 0;
}

long SCardReleaseContext(long ctx)
{
    return ctx > FIRST && ctx < FIRST + 1000 ? 0 : INVALID_HANDLE;
}

long SCardIsValidContext(long ctx)
{
    return ctx > FIRST && ctx < FIRST + 1000 ? 0 : INVALID_HANDLE;
}

long SCardListReaders(long ctx, const char *groups, char *readers, unsigned long *length)
{
    (void)ctx, (void)groups, (void)readers, (void)length;
    return INVALID_HANDLE;
}

long SCardGetStatusChange(long ctx, unsigned long timeout, void *states, unsigned long count)
{
    (void)ctx, (void)timeout, (void)states, (void)count;
    for (;;)
        pause();
}

#define EXTRA(name)                                                                                \
    extern __typeof__(SCardIsValidContext) name __attribute__((alias("SCardIsValidContext")))

#ifdef MORE
EXTRA(SCardFoo);
EXTRA(SCardBar);
#endif

#ifdef MANY
#define FIVE(n)                                                                                    \
    EXTRA(SCardNameOfTwenty_##n##0);                                                               \
    EXTRA(SCardNameOfTwenty_##n##1);                                                               \
    EXTRA(SCardNameOfTwenty_##n##2);                                                               \
    EXTRA(SCardNameOfTwenty_##n##3);                                                               \
    EXTRA(SCardNameOfTwenty_##n##4)
FIVE(0);
FIVE(1);
FIVE(2);
FIVE(3);
FIVE(4);
FIVE(5);
FIVE(6);
FIVE(7);
FIVE(8);
FIVE(9);
FIVE(A);
FIVE(B);
#endif

#ifdef WINDOWS
EXTRA(SCardListReadersA);
#endif
