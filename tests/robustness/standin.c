/* SPDX-License-Identifier: MIT */
/*
 * A stand-in for libpcsclite where the real one cannot be used: its functions take a mutex, so they
 * deadlock by themselves in signal handlers. It hands out contexts and keeps nothing.
 */
#include <stdatomic.h>

#define INVALID_HANDLE 0x80100003L

long SCardEstablishContext(unsigned long scope, const void *a, const void *b, long *ctx);
long SCardReleaseContext(long ctx);
long SCardIsValidContext(long ctx);
long SCardListReaders(long ctx, const char *groups, char *readers, unsigned long *length);

long SCardEstablishContext(unsigned long scope, const void *a, const void *b, long *ctx)
{
    static atomic_long last = 1000;

    (void)scope, (void)a, (void)b;
    *ctx = ++last;
    return 0;
}

long SCardReleaseContext(long ctx)
{
    return ctx > 1000 ? 0 : INVALID_HANDLE;
}

long SCardIsValidContext(long ctx)
{
    return ctx > 1000 ? 0 : INVALID_HANDLE;
}

long SCardListReaders(long ctx, const char *groups, char *readers, unsigned long *length)
{
    (void)ctx, (void)groups, (void)readers, (void)length;
    return INVALID_HANDLE;
}
