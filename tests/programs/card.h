/* SPDX-License-Identifier: MIT */
/*
 * What the test programs share: correct calls, each in a function of its own that is never
 * inlined, so that a test can look for its name in a stack.
 *
 * A program has one bug; built with -DFIXED it is its own correct twin. Both end with status 0,
 * or with UNEXPECTED and a line on stderr when the library answered otherwise than the program
 * was written for. The reader is $TEST_READER, else the first one.
 */
#ifndef TESTS_CARD_H
#define TESTS_CARD_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef WINPR /* the functions of Windows; its header leads the names without A or W to those with  \
                A */
#include <winpr/smartcard.h>
#define SCARD_PROTOCOL_ANY SCARD_PROTOCOL_Tx
#define MAX_ATR_SIZE 33
#define NO_SUCH_CARD SCARD_E_INVALID_VALUE
/* It hands on what pcsc-lite calls so. */
#undef SCARD_E_UNSUPPORTED_FEATURE
#define SCARD_E_UNSUPPORTED_FEATURE SCARD_E_UNEXPECTED
#else
#include <winscard.h>
#include <reader.h>
#define NO_SUCH_CARD SCARD_E_INVALID_HANDLE
#endif

#define NOINLINE __attribute__((noinline, unused))
#define UNEXPECTED 99

/* The call must return `wanted`, or the program ends here. */
#define EXPECT(wanted, call) expect_result(wanted, call, #call)

static NOINLINE void expect_result(LONG wanted, LONG rv, const char *call)
{
    if (rv == wanted)
        return;
    fprintf(stderr, "%s returned 0x%08lX, not 0x%08lX\n", call, (unsigned long)rv,
            (unsigned long)wanted);
    exit(UNEXPECTED);
}

static NOINLINE SCARDCONTEXT open_context(void)
{
    SCARDCONTEXT ctx = 0;

    EXPECT(SCARD_S_SUCCESS, SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &ctx));
    return ctx;
}

static NOINLINE void close_context(SCARDCONTEXT ctx)
{
    EXPECT(SCARD_S_SUCCESS, SCardReleaseContext(ctx));
}

/* The list of readers as a block of the library's; end it with free_block(). */
static NOINLINE char *list_readers(SCARDCONTEXT ctx)
{
    char *readers = NULL;
    DWORD length = SCARD_AUTOALLOCATE;

    EXPECT(SCARD_S_SUCCESS, SCardListReaders(ctx, NULL, (char *)&readers, &length));
    return readers;
}

static NOINLINE void free_block(SCARDCONTEXT ctx, const void *block)
{
    EXPECT(SCARD_S_SUCCESS, SCardFreeMemory(ctx, (void *)block));
}

/* Static; valid until the next call. */
static NOINLINE const char *reader_name(SCARDCONTEXT ctx)
{
    static char readers[1024];
    DWORD length = sizeof(readers);
    const char *wanted = getenv("TEST_READER");

    if (wanted)
        return wanted;
    EXPECT(SCARD_S_SUCCESS, SCardListReaders(ctx, NULL, readers, &length));
    return readers;
}

static NOINLINE SCARDHANDLE open_card(SCARDCONTEXT ctx)
{
    SCARDHANDLE card = 0;
    DWORD protocol;

    EXPECT(SCARD_S_SUCCESS, SCardConnect(ctx, reader_name(ctx), SCARD_SHARE_SHARED,
                                         SCARD_PROTOCOL_ANY, &card, &protocol));
    return card;
}

static NOINLINE void close_card(SCARDHANDLE card)
{
    EXPECT(SCARD_S_SUCCESS, SCardDisconnect(card, SCARD_LEAVE_CARD));
}

static NOINLINE void begin(SCARDHANDLE card)
{
    EXPECT(SCARD_S_SUCCESS, SCardBeginTransaction(card));
}

/* To somebody who waits at the other end of a pipe, and then does something to the card. */
static NOINLINE void say_begun(const char *path)
{
    FILE *pipe = fopen(path, "w");

    if (!pipe || fputs("begun\n", pipe) == EOF || fclose(pipe) != 0)
        exit(UNEXPECTED);
}

#endif
