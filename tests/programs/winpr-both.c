/* SPDX-License-Identifier: MIT */
/*
 * Linked with WinPR and with pcsc-lite: what both of them have is the first one's. The program
 * lists the readers with a function of WinPR's and with one of pcsc-lite's, and takes its one
 * context to be good for both. The twin keeps to each library.
 */
#define WINPR
#include <winpr/smartcard.h>
#ifdef FIXED
#define OWN_LIBRARY "libwinpr2.so.2"
#include "own.h"
#endif
#include "card.h"
#include "lite.h"

static NOINLINE void say(const char *who, const char *readers)
{
    for (; *readers; readers += strlen(readers) + 1)
        printf("%s: %s\n", who, readers);
}

static NOINLINE void list_with_winpr(SCARDCONTEXT ctx)
{
    char *readers = NULL;
    DWORD length = SCARD_AUTOALLOCATE;
    LONG rv = SCardListReadersA(ctx, NULL, (char *)&readers, &length);

    if (rv != SCARD_S_SUCCESS) {
        printf("WinPR: 0x%08lX\n", (unsigned long)(UINT32)rv);
        return;
    }
    say("WinPR", readers);
    free_block(ctx, readers);
}

static NOINLINE void list_with_lite(SCARDCONTEXT ctx)
{
    char *readers = lite_list_readers((long)ctx);

    say("pcsc-lite", readers);
    lite_free_block((long)ctx, readers);
}

int main(void)
{
    SCARDCONTEXT ctx = open_context();
#ifdef FIXED
    SCARDCONTEXT other = (SCARDCONTEXT)lite_open_context();
#else
    SCARDCONTEXT other = ctx;
#endif

    list_with_winpr(ctx);
    list_with_lite(other);
#ifdef FIXED
    lite_close_context((long)other);
#endif
    close_context(ctx);
    return 0;
}
