/* SPDX-License-Identifier: MIT */
/*
 * A stand-in for the front half of pcsc-lite 2.1 and later, which consists of two libraries:
 * libpcsclite.so.1 loads libpcsclite_real.so.1 and finds its functions with dlsym. When it finds
 * its own function instead, it takes that for a misconfiguration and every call fails.
 */
#include <dlfcn.h>
#include <stddef.h>

#define INTERNAL_ERROR 0x80100001L

long SCardEstablishContext(unsigned long scope, const void *a, const void *b, long *ctx);
long SCardReleaseContext(long ctx);
long SCardIsValidContext(long ctx);
long SCardListReaders(long ctx, const char *groups, char *readers, unsigned long *length);

/* The other half's function, or NULL. */
static void *other_half(const char *name, void *own)
{
    void *library = dlopen("libpcsclite_real.so.1", RTLD_LAZY);
    void *function = library ? dlsym(library, name) : NULL;

    return function == own ? NULL : function;
}

#define FORWARD(name, parameters, arguments)                                                       \
    long name parameters                                                                           \
    {                                                                                              \
        long(*real) parameters = (long(*) parameters)other_half(#name, (void *)name);              \
                                                                                                   \
        return real ? real arguments : INTERNAL_ERROR;                                             \
    }

FORWARD(SCardEstablishContext, (unsigned long scope, const void *a, const void *b, long *ctx),
        (scope, a, b, ctx))
FORWARD(SCardReleaseContext, (long ctx), (ctx))
FORWARD(SCardIsValidContext, (long ctx), (ctx))
FORWARD(SCardListReaders, (long ctx, const char *groups, char *readers, unsigned long *length),
        (ctx, groups, readers, length))
