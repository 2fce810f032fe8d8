/* SPDX-License-Identifier: MIT */
/*
 * Every AUTOALLOCATE out-parameter that WinPR fills, in both its alphabets, and no block is freed.
 * It says what is in them: they must be the same under audit.
 */
#define WINPR
#include "card.h"

#define TAG_ATR_STRING 0x0303 /* the virtual reader knows attributes by their bare tag */
#define ROOM 16

static void *blocks[ROOM];
static int count;

/* `length` characters of so many bytes. */
static NOINLINE void keep(const char *what, void *block, DWORD length, size_t size)
{
    const BYTE *bytes = block;

    printf("%s, %u characters:", what, (unsigned)length);
    for (size_t i = 0; i < length * size; i++)
        printf(" %02x", bytes[i]);
    printf("\n");
    blocks[count++] = block;
}

static NOINLINE void list_readers_narrow(SCARDCONTEXT ctx)
{
    LPSTR block = NULL;
    DWORD length = SCARD_AUTOALLOCATE;

    EXPECT(SCARD_S_SUCCESS, SCardListReadersA(ctx, NULL, (LPSTR)&block, &length));
    keep("readers", block, length, 1);
}

static NOINLINE void list_readers_wide(SCARDCONTEXT ctx)
{
    LPWSTR block = NULL;
    DWORD length = SCARD_AUTOALLOCATE;

    EXPECT(SCARD_S_SUCCESS, SCardListReadersW(ctx, NULL, (LPWSTR)&block, &length));
    keep("readers, wide", block, length, sizeof *block);
}

static NOINLINE void list_groups_narrow(SCARDCONTEXT ctx)
{
    LPSTR block = NULL;
    DWORD length = SCARD_AUTOALLOCATE;

    EXPECT(SCARD_S_SUCCESS, SCardListReaderGroupsA(ctx, (LPSTR)&block, &length));
    keep("groups", block, length, 1);
}

static NOINLINE void list_groups_wide(SCARDCONTEXT ctx)
{
    LPWSTR block = NULL;
    DWORD length = SCARD_AUTOALLOCATE;

    EXPECT(SCARD_S_SUCCESS, SCardListReaderGroupsW(ctx, (LPWSTR)&block, &length));
    keep("groups, wide", block, length, sizeof *block);
}

static NOINLINE void read_status_narrow(SCARDHANDLE card)
{
    LPSTR name = NULL;
    LPBYTE atr = NULL;
    DWORD length = SCARD_AUTOALLOCATE, atr_length = SCARD_AUTOALLOCATE, state, protocol;

    EXPECT(SCARD_S_SUCCESS,
           SCardStatusA(card, (LPSTR)&name, &length, &state, &protocol, (LPBYTE)&atr, &atr_length));
    keep("name", name, length, 1);
    keep("ATR beside it", atr, atr_length, 1);
}

static NOINLINE void read_status_wide(SCARDHANDLE card)
{
    LPWSTR name = NULL;
    LPBYTE atr = NULL;
    DWORD length = SCARD_AUTOALLOCATE, atr_length = SCARD_AUTOALLOCATE, state, protocol;

    EXPECT(SCARD_S_SUCCESS, SCardStatusW(card, (LPWSTR)&name, &length, &state, &protocol,
                                         (LPBYTE)&atr, &atr_length));
    keep("name, wide", name, length, sizeof *name);
    keep("ATR beside it", atr, atr_length, 1);
}

static NOINLINE void read_state(SCARDHANDLE card)
{
    LPBYTE atr = NULL;
    DWORD length = SCARD_AUTOALLOCATE, state, protocol;

    EXPECT(SCARD_S_SUCCESS, SCardState(card, &state, &protocol, (LPBYTE)&atr, &length));
    keep("ATR", atr, length, 1);
}

static NOINLINE void read_attribute(SCARDHANDLE card)
{
    LPBYTE attribute = NULL;
    DWORD length = SCARD_AUTOALLOCATE;

    EXPECT(SCARD_S_SUCCESS, SCardGetAttrib(card, TAG_ATR_STRING, (LPBYTE)&attribute, &length));
    keep("attribute", attribute, length, 1);
}

static UUID application = {1, 2, 3, {4}};

static NOINLINE void read_cache_narrow(SCARDCONTEXT ctx)
{
    LPBYTE item = NULL;
    DWORD length = SCARD_AUTOALLOCATE;

    EXPECT(SCARD_S_SUCCESS, SCardWriteCacheA(ctx, &application, 1, "k", (PBYTE) "hello", 5));
    EXPECT(SCARD_S_SUCCESS, SCardReadCacheA(ctx, &application, 1, "k", (LPBYTE)&item, &length));
    keep("cached", item, length, 1);
}

static NOINLINE void read_cache_wide(SCARDCONTEXT ctx)
{
    static WCHAR key[] = {'w', 0};
    LPBYTE item = NULL;
    DWORD length = SCARD_AUTOALLOCATE;

    EXPECT(SCARD_S_SUCCESS, SCardWriteCacheW(ctx, &application, 1, key, (PBYTE) "bye", 3));
    EXPECT(SCARD_S_SUCCESS, SCardReadCacheW(ctx, &application, 1, key, (LPBYTE)&item, &length));
    keep("cached, by a wide name", item, length, 1);
}

int main(void)
{
    SCARDCONTEXT ctx = open_context();
    SCARDHANDLE card = open_card(ctx);

    list_readers_narrow(ctx);
    list_readers_wide(ctx);
    list_groups_narrow(ctx);
    list_groups_wide(ctx);
    read_status_narrow(card);
    read_status_wide(card);
    read_state(card);
    read_attribute(card);
    read_cache_narrow(ctx);
    read_cache_wide(ctx);
#ifdef FIXED
    for (int i = 0; i < count; i++)
        free_block(ctx, blocks[i]);
#endif
    close_card(card);
    close_context(ctx);
    return 0;
}
