/* SPDX-License-Identifier: MIT */
/*
 * Contexts leaked by functions, in a file and on a thread whose names are made to break what shows
 * them: markup, the end of CDATA, commands of a workflow, no UTF-8, and 64 KiB long.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <winscard.h>

#define NOINLINE __attribute__((noinline))
#define MARKUP "<script>alert('1')</script>&amp;]]>%0A::error::{0}[x](1)|`*_$(id)"
#define INVALID "bad\xff\xc0\x80\xed\xa0\x80\x1b[31m"
#define TIMES_16(text)                                                                             \
    text text text text text text text text text text text text text text text text
#define LONG TIMES_16(TIMES_16(TIMES_16("0123456789abcdef"))) /* 64 KiB */

/* The name that the assembler gives it, in quotes so that it may be anything */
#define NAMED(name) __asm__("\"" name "\"")

static NOINLINE SCARDCONTEXT markup(void) NAMED(MARKUP);
static NOINLINE SCARDCONTEXT invalid(void) NAMED(INVALID);
static NOINLINE SCARDCONTEXT lengthy(void) NAMED(LONG);

#line 7 "we<i>rd%0A:,]]>&\"'{0}[x]\xff.c"
static NOINLINE SCARDCONTEXT markup(void)
{
    SCARDCONTEXT ctx = 0;

    SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &ctx);
    return ctx;
}

static NOINLINE SCARDCONTEXT invalid(void)
{
    SCARDCONTEXT ctx = 0;

    SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &ctx);
    return ctx;
}

static NOINLINE SCARDCONTEXT lengthy(void)
{
    SCARDCONTEXT ctx = 0;

    SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &ctx);
    return ctx;
}

static void *leak_all(void *unused)
{
    (void)unused;
    pthread_setname_np(pthread_self(), "<b>\"']]>\xff%0A");
    return (void *)(markup() + invalid() + lengthy());
}

int main(void)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, leak_all, NULL) || pthread_join(thread, NULL))
        return 1;
    return 0;
}
