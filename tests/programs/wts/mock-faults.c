/* SPDX-License-Identifier: MIT */
/*
 * A mock of a plug-in for WinPR, with few functions: all other slots of its table are NULL. What it
 * answers depends on what it is asked for, and is not always what it should be.
 */
#include "mock-faults.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <winpr/error.h>

PWtsApiFunctionTable InitWtsApi(void);

static BOOL query(HANDLE server, DWORD session, WTS_INFO_CLASS what, LPSTR *buffer, DWORD *size)
{
    static const char answer[] = "yes";

    (void)server, (void)session;
    SetLastError(what == TRUE_TEXT ? 0 : 0x5a5a);
    if (what == TRUE_UNTOUCHED || what == FALSE_UNTOUCHED)
        return what == TRUE_UNTOUCHED;
    *size = what == TRUE_NOTHING || what == FALSE_NULL ? 0 : sizeof(answer);
    if (what == FALSE_SIZE)
        return FALSE;
    if (what == TRUE_TEXT || what == FALSE_TEXT || what == SEVEN_TEXT)
        *buffer = memcpy(malloc(sizeof(answer)), answer, sizeof(answer));
    else
        *buffer = NULL;
    if (what == SEVEN_TEXT)
        return 7;
    return what == TRUE_TEXT || what == TRUE_NULL || what == TRUE_NOTHING;
}

static void free_memory(PVOID memory)
{
    free(memory);
}

/* It takes a buffer of any type, and says so by 7. */
static BOOL free_typed(WTS_TYPE_CLASS type, PVOID memory, ULONG count)
{
    printf("type %d, %u entries\n", (int)type, (unsigned)count);
    free(memory);
    return 7;
}

/* Ten arguments */
static BOOL send_message(HANDLE server, DWORD session, LPSTR title, DWORD title_size, LPSTR text,
                         DWORD text_size, DWORD style, DWORD timeout, DWORD *response, BOOL wait)
{
    printf("%p %#x %s %u %s %u %#x %u %#x %d\n", server, (unsigned)session, title,
           (unsigned)title_size, text, (unsigned)text_size, (unsigned)style, (unsigned)timeout,
           (unsigned)*response, (int)wait);
    *response = 0x1234;
    return 7;
}

PWtsApiFunctionTable InitWtsApi(void)
{
    static WtsApiFunctionTable table;

    table.pQuerySessionInformationA = query;
    table.pFreeMemory = free_memory;
    table.pFreeMemoryExA = free_typed;
    table.pSendMessageA = send_message;
    return &table;
}
