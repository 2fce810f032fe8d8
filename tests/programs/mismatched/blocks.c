// SPDX-License-Identifier: MIT
/* What is exported by libraries: PC/SC, RPC stub memory, WTS, and the allocator. */
#include "blocks.h"
#include <reader.h>
#include <scardaudit/dce.h>
#include <scardaudit/rpcsm.h>
#include <stdio.h>
#include <stdlib.h>
#include <winscard.h>

/* As WinPR declares them */
extern int WTSQuerySessionInformationA(void *server, DWORD session, int what, char **buffer,
                                       uint32_t *size);
extern int WTSEnumerateProcessesExA(void *server, uint32_t *level, uint32_t session, char **buffer,
                                    uint32_t *count);
extern void WTSFreeMemory(void *block);
extern int WTSFreeMemoryExA(int type, void *block, uint32_t count);
enum { CLIENT_PROTOCOL = 16, ANY_SESSION = -2, PROCESSES_LEVEL_1 = 1 };

extern void _ZdlPv(void *);

static SCARDCONTEXT context;
static uint32_t processes = 1;

void unexpected(const char *what)
{
    fprintf(stderr, "not so: %s\n", what);
    exit(99);
}

void begin_others(void)
{
    EXPECT(SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context) == SCARD_S_SUCCESS);
    EXPECT(RpcSmEnableAllocate() == RPC_S_OK);
}

void end_others(void)
{
    RpcSmDisableAllocate();
    SCardReleaseContext(context);
}

static NOINLINE void *get_pcsc(void)
{
    char *readers = NULL;
    DWORD length = SCARD_AUTOALLOCATE;

    EXPECT(SCardListReaders(context, NULL, (char *)&readers, &length) == SCARD_S_SUCCESS);
    return readers;
}

static NOINLINE void *get_rpc(void)
{
    RPC_STATUS status;

    return RpcSmAllocate(SIZE, &status);
}

static NOINLINE void *get_wts(void)
{
    char *buffer = NULL;
    uint32_t size = 0;

    EXPECT(WTSQuerySessionInformationA(NULL, 0, CLIENT_PROTOCOL, &buffer, &size));
    return buffer;
}

static NOINLINE void *get_wts_ex(void)
{
    char *buffer = NULL;
    uint32_t level = 1;

    EXPECT(WTSEnumerateProcessesExA(NULL, &level, (uint32_t)ANY_SESSION, &buffer, &processes));
    return buffer;
}

/* Memory that was given away is somebody else's, before its owner releases it, too. */
void reuse(void)
{
    static void *volatile taken;

    taken = malloc(SIZE);
    EXPECT(taken);
}

static NOINLINE void to_SCardFreeMemory(void *block)
{
    SCardFreeMemory(context, block);
    reuse();
}

static NOINLINE void to_RpcSmFree(void *block)
{
    RpcSmFree(block);
    __asm__ volatile("");
}

static NOINLINE void to_RpcSsFree(void *block)
{
    RpcSsFree(block);
    __asm__ volatile("");
}

static NOINLINE void to_rpc_ss_free(void *block)
{
    rpc_ss_free(block);
    __asm__ volatile("");
}

static NOINLINE void to_WTSFreeMemory(void *block)
{
    WTSFreeMemory(block);
    reuse();
}

static NOINLINE void to_WTSFreeMemoryExA(void *block)
{
    WTSFreeMemoryExA(PROCESSES_LEVEL_1, block, processes);
    reuse();
}

static NOINLINE void to_free(void *block)
{
    free(block);
    reuse();
}

static NOINLINE void to_realloc(void *block)
{
    free(realloc(block, (size_t)16 * SIZE));
    reuse();
}

static NOINLINE void to_delete(void *block)
{
    _ZdlPv(block);
    reuse();
}

const struct source other_sources[] = {
    {"pcsc", get_pcsc}, {"rpc", get_rpc}, {"wts", get_wts}, {"wts-ex", get_wts_ex}, {0}};

const struct sink other_sinks[] = {{"SCardFreeMemory", to_SCardFreeMemory},
                                   {"RpcSmFree", to_RpcSmFree},
                                   {"RpcSsFree", to_RpcSsFree},
                                   {"rpc_ss_free", to_rpc_ss_free},
                                   {"WTSFreeMemory", to_WTSFreeMemory},
                                   {"WTSFreeMemoryExA", to_WTSFreeMemoryExA},
                                   {"free", to_free},
                                   {"realloc", to_realloc},
                                   {"delete", to_delete},
                                   {0}};
