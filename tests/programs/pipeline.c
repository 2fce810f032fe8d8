/* SPDX-License-Identifier: MIT */
/*
 * pipeline WORD...: a project as it changes from one run of its pipeline to the next. Each word is
 * something that it leaves behind: "context", "handle" (and its context), "block". "extra-frame"
 * in front of one has another function between it and main.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <winscard.h>

#define NOINLINE __attribute__((noinline, noipa))

static void check(LONG rv, const char *what)
{
    if (rv == SCARD_S_SUCCESS)
        return;
    fprintf(stderr, "%s: %s\n", what, pcsc_stringify_error(rv));
    exit(1);
}

static NOINLINE SCARDCONTEXT establish(void)
{
    SCARDCONTEXT context;

    check(SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context), "establish");
    return context;
}

static NOINLINE char *list_readers(SCARDCONTEXT context)
{
    char *readers = NULL;
    DWORD length = SCARD_AUTOALLOCATE;

    check(SCardListReaders(context, NULL, (char *)&readers, &length), "list");
    return readers;
}

static NOINLINE void leave_context(void)
{
    establish();
}

static NOINLINE void leave_handle(void)
{
    SCARDCONTEXT context = establish();
    char *readers = list_readers(context);
    SCARDHANDLE card;
    DWORD protocol;

    check(SCardConnect(context, readers, SCARD_SHARE_SHARED, SCARD_PROTOCOL_ANY, &card, &protocol),
          "connect");
    check(SCardFreeMemory(context, readers), "free");
}

static NOINLINE void leave_block(void)
{
    SCARDCONTEXT context = establish();

    list_readers(context);
    check(SCardReleaseContext(context), "release");
}

static NOINLINE void leave_nothing(void)
{
    SCARDCONTEXT context = establish();

    check(SCardFreeMemory(context, list_readers(context)), "free");
    check(SCardReleaseContext(context), "release");
}

static NOINLINE void extra_frame(void (*leave)(void))
{
    leave();
    __asm__ volatile("" ::: "memory"); /* no tail call */
}

int main(int argc, char **argv)
{
    static const struct {
        const char *word;
        void (*leave)(void);
    } words[] = {{"context", leave_context},
                 {"handle", leave_handle},
                 {"block", leave_block},
                 {"nothing", leave_nothing}};
    int extra = 0;

    for (int i = 1; i < argc; i++) {
        extra = extra || !strcmp(argv[i], "extra-frame");
        for (size_t j = 0; j < sizeof words / sizeof *words; j++) {
            if (strcmp(argv[i], words[j].word) != 0)
                continue;
            if (extra)
                extra_frame(words[j].leave);
            else
                words[j].leave();
            extra = 0;
        }
    }
    return 0;
}
