/* SPDX-License-Identifier: MIT */
/*
 * The audited functions, described once.
 *
 * A row is X(ctx, NUMBER, NAME, ARITY, SUCCESS, EFFECT0, EFFECT1, EFFECT2):
 *
 *   ctx      handed through to the expansion (a trampoline set's number, or nothing)
 *   NUMBER   written into traces, so it never changes and is never reused
 *   NAME     the exported symbol
 *   ARITY    number of arguments, at most SCA_MAX_ARGS; every argument is one register or one
 *            stack slot of 8 bytes and is forwarded raw
 *   SUCCESS  which results mean that a release released (enum sca_success); with STATUS_n the
 *            result is what the function stored where its argument n points
 *   EFFECTn  what the call does to a resource (api.h), in the order they are judged:
 *              USE(kind, arg)                 needs the resource alive
 *              QUERY(kind, arg)               may be asked of a dead one
 *              RELEASE(kind, arg, owner)      ends it; owner is the companion argument or NOARG
 *              RELEASE_TYPED(kind, arg, type, count) the companion is a type, and a count << 32
 *              HANDLE(kind, out, owner)       *out receives a new value when the call succeeds
 *              BLOCK(kind, out, length, unit, owner) *out receives a block when *length is
 *                                             SCARD_AUTOALLOCATE, also together with an error;
 *                                             *length then counts units of so many bytes
 *              BEGIN(kind, arg)               a resource that has the value of the one it is of
 *                                             begins, once more, when the call succeeds
 *              OUT(kind, out, count, content, level) *out receives a block, also together with a
 *                                             failure; *count says how much is in it, of which
 *                                             `content` says what it counts (enum sca_content).
 *                                             What is in it depends on *level, before the call
 *              RETURNED(kind, length, unit, owner) the result is a new resource; a block has
 *                                             `length` bytes (an argument of so many bytes itself)
 *              MARK(kind, arg)                the block is to be released later, with its parent
 *              CLIENT_FREE(kind, arg)         gives the memory to the free routine in force
 *              PAIR(kind, free, alloc)        puts these routines in force
 *              OLD_PAIR(kind, free, alloc)    where those are stored that were in force before
 *              of what the calling thread is in, which no argument names:
 *              ENTER(kind, owner)             a new one, or the same once more; the provider is
 *                                             asked for its value. Companion: the owner argument
 *              NEED(kind)                     it must be in one
 *              LEAVE(kind)                    ends the one it is in
 *              ADOPT(kind, arg)               it is in this one from now on; NOARG or 0: in none
 *              TELL(kind)                     the result is the value of the one it is in, or 0
 *              DRAIN(kind, arg)               ends the one that was entered with this companion
 *              of the packages of a host, which are named by their function table:
 *              START(kind, arg, owner)        is initialized; companion: an address of its code
 *              STOP(kind, arg)                is shut down
 *              FREE(arg)                      gives back the memory at this address, whoever
 *                                             handed it out
 *              DAMAGE(arg)                    tells of something that had been done to the block
 *
 * From it come the exported wrappers and trampolines (wrappers.c), the name table of the dlsym
 * hook, the event names of `scardaudit dump` and the dispatch of the replay.
 *
 * pcsc-lite: winscard.h of 1.9.9; ownership measured on 1.9.9 and 2.5.1. WinPR, which has the names
 * of Windows: smartcard.h of 2.11.7 (doc/contracts-pcsc.md). RPC stub memory: rpcndr.h of Windows,
 * and the functions of DCE they come from (doc/contracts-rpc.md). WTS: wtsapi.h of WinPR 2.11.7
 * (doc/contracts-wts.md). LSA: ntsecpkg.h of Windows (doc/contracts-lsa.md).
 */
#ifndef SCA_API_TABLE_H
#define SCA_API_TABLE_H

#define SCA_PCSC_FUNCTIONS(X, ctx)                                                                 \
    X(ctx, 1, SCardEstablishContext, 4, ZERO, HANDLE(CONTEXT, 3, NOARG), NOTHING, NOTHING)         \
    X(ctx, 2, SCardReleaseContext, 1, CONTEXT_GONE, RELEASE(CONTEXT, 0, NOARG), NOTHING, NOTHING)  \
    X(ctx, 3, SCardIsValidContext, 1, ZERO, QUERY(CONTEXT, 0), NOTHING, NOTHING)                   \
    X(ctx, 4, SCardConnect, 6, ZERO, USE(CONTEXT, 0), HANDLE(CARD_HANDLE, 4, 0), NOTHING)          \
    X(ctx, 5, SCardReconnect, 5, ZERO, USE(CARD_HANDLE, 0), NOTHING, NOTHING)                      \
    X(ctx, 6, SCardDisconnect, 2, ZERO, RELEASE(CARD_HANDLE, 0, NOARG), NOTHING, NOTHING)          \
    X(ctx, 7, SCardBeginTransaction, 1, ZERO, USE(CARD_HANDLE, 0), BEGIN(TRANSACTION, 0), NOTHING) \
    X(ctx, 8, SCardEndTransaction, 2, ZERO, USE(CARD_HANDLE, 0), RELEASE(TRANSACTION, 0, NOARG),   \
      NOTHING)                                                                                     \
    X(ctx, 9, SCardStatus, 7, ZERO, USE(CARD_HANDLE, 0), BLOCK(AUTOALLOCATE, 1, 2, BYTES, 0),      \
      BLOCK(AUTOALLOCATE, 5, 6, BYTES, 0))                                                         \
    X(ctx, 10, SCardGetStatusChange, 4, ZERO, USE(CONTEXT, 0), NOTHING, NOTHING)                   \
    X(ctx, 11, SCardControl, 7, ZERO, USE(CARD_HANDLE, 0), NOTHING, NOTHING)                       \
    X(ctx, 12, SCardTransmit, 7, ZERO, USE(CARD_HANDLE, 0), NOTHING, NOTHING)                      \
    X(ctx, 13, SCardListReaderGroups, 3, ZERO, USE(CONTEXT, 0),                                    \
      BLOCK(AUTOALLOCATE, 1, 2, BYTES, 0), NOTHING)                                                \
    X(ctx, 14, SCardListReaders, 4, ZERO, USE(CONTEXT, 0), BLOCK(AUTOALLOCATE, 2, 3, BYTES, 0),    \
      NOTHING)                                                                                     \
    X(ctx, 15, SCardFreeMemory, 2, ZERO, RELEASE(AUTOALLOCATE, 1, 0), NOTHING, NOTHING)            \
    X(ctx, 16, SCardCancel, 1, ZERO, USE(CONTEXT, 0), NOTHING, NOTHING)                            \
    X(ctx, 17, SCardGetAttrib, 4, ZERO, USE(CARD_HANDLE, 0), BLOCK(AUTOALLOCATE, 2, 3, BYTES, 0),  \
      NOTHING)                                                                                     \
    X(ctx, 18, SCardSetAttrib, 4, ZERO, USE(CARD_HANDLE, 0), NOTHING, NOTHING)

/* The same under two names, for text of bytes and of 16-bit characters. */
#define SCA_BOTH(X, ctx, narrow, wide, name, ...)                                                  \
    X(ctx, narrow, name##A, __VA_ARGS__) X(ctx, wide, name##W, __VA_ARGS__)

/* Those of Windows that pcsc-lite has not, or not by these names. */
#define SCA_WINSCARD_FUNCTIONS(X, ctx)                                                             \
    X(ctx, 19, SCardListReadersA, 4, ZERO, USE(CONTEXT, 0), BLOCK(AUTOALLOCATE, 2, 3, BYTES, 0),   \
      NOTHING)                                                                                     \
    X(ctx, 20, SCardListReadersW, 4, ZERO, USE(CONTEXT, 0), BLOCK(AUTOALLOCATE, 2, 3, WIDE, 0),    \
      NOTHING)                                                                                     \
    X(ctx, 21, SCardListReaderGroupsA, 3, ZERO, USE(CONTEXT, 0),                                   \
      BLOCK(AUTOALLOCATE, 1, 2, BYTES, 0), NOTHING)                                                \
    X(ctx, 22, SCardListReaderGroupsW, 3, ZERO, USE(CONTEXT, 0),                                   \
      BLOCK(AUTOALLOCATE, 1, 2, WIDE, 0), NOTHING)                                                 \
    X(ctx, 23, SCardListReadersWithDeviceInstanceIdA, 4, ZERO, USE(CONTEXT, 0),                    \
      BLOCK(AUTOALLOCATE, 2, 3, BYTES, 0), NOTHING)                                                \
    X(ctx, 24, SCardListReadersWithDeviceInstanceIdW, 4, ZERO, USE(CONTEXT, 0),                    \
      BLOCK(AUTOALLOCATE, 2, 3, WIDE, 0), NOTHING)                                                 \
    X(ctx, 25, SCardListCardsA, 6, ZERO, USE(CONTEXT, 0), BLOCK(AUTOALLOCATE, 4, 5, BYTES, 0),     \
      NOTHING)                                                                                     \
    X(ctx, 26, SCardListCardsW, 6, ZERO, USE(CONTEXT, 0), BLOCK(AUTOALLOCATE, 4, 5, WIDE, 0),      \
      NOTHING)                                                                                     \
    SCA_BOTH(X, ctx, 27, 28, SCardListInterfaces, 4, ZERO, USE(CONTEXT, 0),                        \
             BLOCK(AUTOALLOCATE, 2, 3, GUIDS, 0), NOTHING)                                         \
    X(ctx, 29, SCardGetCardTypeProviderNameA, 5, ZERO, USE(CONTEXT, 0),                            \
      BLOCK(AUTOALLOCATE, 3, 4, BYTES, 0), NOTHING)                                                \
    X(ctx, 30, SCardGetCardTypeProviderNameW, 5, ZERO, USE(CONTEXT, 0),                            \
      BLOCK(AUTOALLOCATE, 3, 4, WIDE, 0), NOTHING)                                                 \
    SCA_BOTH(X, ctx, 31, 32, SCardReadCache, 6, ZERO, USE(CONTEXT, 0),                             \
             BLOCK(AUTOALLOCATE, 4, 5, BYTES, 0), NOTHING)                                         \
    SCA_BOTH(X, ctx, 33, 34, SCardGetReaderIcon, 4, ZERO, USE(CONTEXT, 0),                         \
             BLOCK(AUTOALLOCATE, 2, 3, BYTES, 0), NOTHING)                                         \
    X(ctx, 35, SCardGetReaderDeviceInstanceIdA, 4, ZERO, USE(CONTEXT, 0),                          \
      BLOCK(AUTOALLOCATE, 2, 3, BYTES, 0), NOTHING)                                                \
    X(ctx, 36, SCardGetReaderDeviceInstanceIdW, 4, ZERO, USE(CONTEXT, 0),                          \
      BLOCK(AUTOALLOCATE, 2, 3, WIDE, 0), NOTHING)                                                 \
    SCA_BOTH(X, ctx, 37, 38, SCardConnect, 6, ZERO, USE(CONTEXT, 0), HANDLE(CARD_HANDLE, 4, 0),    \
             NOTHING)                                                                              \
    X(ctx, 39, SCardStatusA, 7, ZERO, USE(CARD_HANDLE, 0), BLOCK(AUTOALLOCATE, 1, 2, BYTES, 0),    \
      BLOCK(AUTOALLOCATE, 5, 6, BYTES, 0))                                                         \
    X(ctx, 40, SCardStatusW, 7, ZERO, USE(CARD_HANDLE, 0), BLOCK(AUTOALLOCATE, 1, 2, WIDE, 0),     \
      BLOCK(AUTOALLOCATE, 5, 6, BYTES, 0))                                                         \
    SCA_BOTH(X, ctx, 41, 42, SCardGetStatusChange, 4, ZERO, USE(CONTEXT, 0), NOTHING, NOTHING)     \
    SCA_BOTH(X, ctx, 43, 44, SCardLocateCards, 4, ZERO, USE(CONTEXT, 0), NOTHING, NOTHING)         \
    SCA_BOTH(X, ctx, 45, 46, SCardLocateCardsByATR, 5, ZERO, USE(CONTEXT, 0), NOTHING, NOTHING)    \
    SCA_BOTH(X, ctx, 47, 48, SCardWriteCache, 6, ZERO, USE(CONTEXT, 0), NOTHING, NOTHING)          \
    SCA_BOTH(X, ctx, 49, 50, SCardGetProviderId, 3, ZERO, USE(CONTEXT, 0), NOTHING, NOTHING)       \
    SCA_BOTH(X, ctx, 51, 52, SCardGetDeviceTypeId, 3, ZERO, USE(CONTEXT, 0), NOTHING, NOTHING)     \
    SCA_BOTH(X, ctx, 53, 54, SCardSetCardTypeProviderName, 4, ZERO, USE(CONTEXT, 0), NOTHING,      \
             NOTHING)                                                                              \
    SCA_BOTH(X, ctx, 55, 56, SCardIntroduceReaderGroup, 2, ZERO, USE(CONTEXT, 0), NOTHING,         \
             NOTHING)                                                                              \
    SCA_BOTH(X, ctx, 57, 58, SCardForgetReaderGroup, 2, ZERO, USE(CONTEXT, 0), NOTHING, NOTHING)   \
    SCA_BOTH(X, ctx, 59, 60, SCardIntroduceReader, 3, ZERO, USE(CONTEXT, 0), NOTHING, NOTHING)     \
    SCA_BOTH(X, ctx, 61, 62, SCardForgetReader, 2, ZERO, USE(CONTEXT, 0), NOTHING, NOTHING)        \
    SCA_BOTH(X, ctx, 63, 64, SCardAddReaderToGroup, 3, ZERO, USE(CONTEXT, 0), NOTHING, NOTHING)    \
    SCA_BOTH(X, ctx, 65, 66, SCardRemoveReaderFromGroup, 3, ZERO, USE(CONTEXT, 0), NOTHING,        \
             NOTHING)                                                                              \
    SCA_BOTH(X, ctx, 67, 68, SCardIntroduceCardType, 8, ZERO, USE(CONTEXT, 0), NOTHING, NOTHING)   \
    SCA_BOTH(X, ctx, 69, 70, SCardForgetCardType, 2, ZERO, USE(CONTEXT, 0), NOTHING, NOTHING)      \
    X(ctx, 71, SCardState, 5, ZERO, USE(CARD_HANDLE, 0), BLOCK(AUTOALLOCATE, 3, 4, BYTES, 0),      \
      NOTHING)                                                                                     \
    X(ctx, 72, SCardCancelTransaction, 1, ZERO, USE(CARD_HANDLE, 0), NOTHING, NOTHING)             \
    X(ctx, 73, SCardGetTransmitCount, 2, ZERO, USE(CARD_HANDLE, 0), NOTHING, NOTHING)              \
    X(ctx, 74, SCardAudit, 2, ZERO, USE(CONTEXT, 0), NOTHING, NOTHING)

/* Which names belong to a family; see sca_is_unaudited_name(). Of rpc_ss_* most marshal. */
#define SCA_PREFIXES(X) X("SCard") X("RpcSm") X("RpcSs") X("rpc_sm_") X("rpc_ss_mem_") X("WTS")

/*
 * Functions that concern no resource (SCardUIDlgSelectCard and WTSQueryUserToken would, but no
 * provider on Linux has more of them than the name): they are called past us, and nothing is
 * missed. What else a provider exports under a name of a family is not known, and told so in the
 * trace. Stubs, not programs, call rpc_ss_mem_alloc() and its like.
 */
#define SCA_HARMLESS(X)                                                                            \
    X(SCardAccessStartedEvent)                                                                     \
    X(SCardDlgExtendedError)                                                                       \
    X(SCardGetAttributeString)                                                                     \
    X(SCardGetCardStateString)                                                                     \
    X(SCardGetDispositionString)                                                                   \
    X(SCardGetErrorString)                                                                         \
    X(SCardGetProtocolString)                                                                      \
    X(SCardGetReaderStateString)                                                                   \
    X(SCardGetScopeString)                                                                         \
    X(SCardGetShareModeString)                                                                     \
    X(SCardReleaseStartedEvent)                                                                    \
    X(SCardUIDlgSelectCardA)                                                                       \
    X(SCardUIDlgSelectCardW)                                                                       \
    X(RpcSsContextLockExclusive)                                                                   \
    X(RpcSsContextLockShared)                                                                      \
    X(RpcSsDontSerializeContext)                                                                   \
    X(RpcSsGetContextBinding)                                                                      \
    X(rpc_ss_mem_alloc)                                                                            \
    X(rpc_ss_mem_dealloc)                                                                          \
    X(rpc_ss_mem_item_free)                                                                        \
    X(rpc_ss_mem_release)                                                                          \
    X(WTSConnectSessionA)                                                                          \
    X(WTSConnectSessionW)                                                                          \
    X(WTSEnableChildSessions)                                                                      \
    X(WTSErrorToString)                                                                            \
    X(WTSGetActiveConsoleSessionId)                                                                \
    X(WTSGetChildSessionId)                                                                        \
    X(WTSIsChildSessionsEnabled)                                                                   \
    X(WTSQueryUserToken)                                                                           \
    X(WTSRegisterWtsApiFunctionTable)                                                              \
    X(WTSSessionStateToString)                                                                     \
    X(WTSSetUserConfigA)                                                                           \
    X(WTSSetUserConfigW)                                                                           \
    X(WTSStartRemoteControlSessionA)                                                               \
    X(WTSStartRemoteControlSessionExA)                                                             \
    X(WTSStartRemoteControlSessionExW)                                                             \
    X(WTSStartRemoteControlSessionW)                                                               \
    X(WTSStopRemoteControlSession)

/*
 * RPC stub memory. Each thread may be in an environment, which its thread handle names; blocks are
 * allocated in it. RpcSm* and RpcSs* are those of Windows, which mark blocks; rpc_sm_* and rpc_ss_*
 * those of DCE, which release them. *Sm* return a status or store one, *Ss* raise exceptions, which
 * leave by longjmp(). The last three are called by server stubs.
 */
#define SCA_RPC_FUNCTIONS(X, ctx)                                                                  \
    X(ctx, 201, RpcSmAllocate, 2, STATUS_1, NEED(RPC_ENVIRONMENT),                                 \
      RETURNED(RPC_BLOCK, 0, SIZE_T, NOARG), NOTHING)                                              \
    X(ctx, 202, RpcSmClientFree, 1, ZERO, CLIENT_FREE(RPC_BLOCK, 0), NOTHING, NOTHING)             \
    X(ctx, 203, RpcSmDestroyClientContext, 1, ZERO, QUERY(NONE, 0), NOTHING, NOTHING)              \
    X(ctx, 204, RpcSmDisableAllocate, 0, ZERO, LEAVE(RPC_ENVIRONMENT), NOTHING, NOTHING)           \
    X(ctx, 205, RpcSmEnableAllocate, 0, ZERO, ENTER(RPC_ENVIRONMENT, NOARG), NOTHING, NOTHING)     \
    X(ctx, 206, RpcSmFree, 1, ZERO, MARK(RPC_BLOCK, 0), NOTHING, NOTHING)                          \
    X(ctx, 207, RpcSmGetThreadHandle, 1, STATUS_0, TELL(RPC_ENVIRONMENT), NOTHING, NOTHING)        \
    X(ctx, 208, RpcSmSetClientAllocFree, 2, ZERO, PAIR(RPC_CLIENT_PAIR, 1, 0), NOTHING, NOTHING)   \
    X(ctx, 209, RpcSmSetThreadHandle, 1, ZERO, ADOPT(RPC_ENVIRONMENT, 0), NOTHING, NOTHING)        \
    X(ctx, 210, RpcSmSwapClientAllocFree, 4, ZERO, PAIR(RPC_CLIENT_PAIR, 1, 0),                    \
      OLD_PAIR(RPC_CLIENT_PAIR, 3, 2), NOTHING)                                                    \
    X(ctx, 211, RpcSsAllocate, 1, ALWAYS, NEED(RPC_ENVIRONMENT),                                   \
      RETURNED(RPC_BLOCK, 0, SIZE_T, NOARG), NOTHING)                                              \
    X(ctx, 212, RpcSsDestroyClientContext, 1, ALWAYS, QUERY(NONE, 0), NOTHING, NOTHING)            \
    X(ctx, 213, RpcSsDisableAllocate, 0, ALWAYS, LEAVE(RPC_ENVIRONMENT), NOTHING, NOTHING)         \
    X(ctx, 214, RpcSsEnableAllocate, 0, ALWAYS, ENTER(RPC_ENVIRONMENT, NOARG), NOTHING, NOTHING)   \
    X(ctx, 215, RpcSsFree, 1, ALWAYS, MARK(RPC_BLOCK, 0), NOTHING, NOTHING)                        \
    X(ctx, 216, RpcSsGetThreadHandle, 0, ALWAYS, TELL(RPC_ENVIRONMENT), NOTHING, NOTHING)          \
    X(ctx, 217, RpcSsSetClientAllocFree, 2, ALWAYS, PAIR(RPC_CLIENT_PAIR, 1, 0), NOTHING, NOTHING) \
    X(ctx, 218, RpcSsSetThreadHandle, 1, ALWAYS, ADOPT(RPC_ENVIRONMENT, 0), NOTHING, NOTHING)      \
    X(ctx, 219, RpcSsSwapClientAllocFree, 4, ALWAYS, PAIR(RPC_CLIENT_PAIR, 1, 0),                  \
      OLD_PAIR(RPC_CLIENT_PAIR, 3, 2), NOTHING)                                                    \
    X(ctx, 221, rpc_sm_allocate, 2, STATUS_1, NEED(RPC_ENVIRONMENT),                               \
      RETURNED(RPC_BLOCK, 0, UNSIGNED32, NOARG), NOTHING)                                          \
    X(ctx, 222, rpc_sm_client_free, 2, STATUS_1, CLIENT_FREE(RPC_BLOCK, 0), NOTHING, NOTHING)      \
    X(ctx, 223, rpc_sm_destroy_client_context, 2, STATUS_1, QUERY(NONE, 0), NOTHING, NOTHING)      \
    X(ctx, 224, rpc_sm_disable_allocate, 1, STATUS_0, LEAVE(RPC_ENVIRONMENT), NOTHING, NOTHING)    \
    X(ctx, 225, rpc_sm_enable_allocate, 1, STATUS_0, ENTER(RPC_ENVIRONMENT, NOARG), NOTHING,       \
      NOTHING)                                                                                     \
    X(ctx, 226, rpc_sm_free, 2, STATUS_1, RELEASE(RPC_BLOCK, 0, NOARG), NOTHING, NOTHING)          \
    X(ctx, 227, rpc_sm_get_thread_handle, 1, STATUS_0, TELL(RPC_ENVIRONMENT), NOTHING, NOTHING)    \
    X(ctx, 228, rpc_sm_set_client_alloc_free, 3, STATUS_2, PAIR(RPC_CLIENT_PAIR, 1, 0), NOTHING,   \
      NOTHING)                                                                                     \
    X(ctx, 229, rpc_sm_set_thread_handle, 2, STATUS_1, ADOPT(RPC_ENVIRONMENT, 0), NOTHING,         \
      NOTHING)                                                                                     \
    X(ctx, 230, rpc_sm_swap_client_alloc_free, 5, STATUS_4, PAIR(RPC_CLIENT_PAIR, 1, 0),           \
      OLD_PAIR(RPC_CLIENT_PAIR, 3, 2), NOTHING)                                                    \
    X(ctx, 231, rpc_ss_allocate, 1, ALWAYS, NEED(RPC_ENVIRONMENT),                                 \
      RETURNED(RPC_BLOCK, 0, UNSIGNED32, NOARG), NOTHING)                                          \
    X(ctx, 232, rpc_ss_client_free, 1, ALWAYS, CLIENT_FREE(RPC_BLOCK, 0), NOTHING, NOTHING)        \
    X(ctx, 233, rpc_ss_destroy_client_context, 1, ALWAYS, QUERY(NONE, 0), NOTHING, NOTHING)        \
    X(ctx, 234, rpc_ss_disable_allocate, 0, ALWAYS, LEAVE(RPC_ENVIRONMENT), NOTHING, NOTHING)      \
    X(ctx, 235, rpc_ss_enable_allocate, 0, ALWAYS, ENTER(RPC_ENVIRONMENT, NOARG), NOTHING,         \
      NOTHING)                                                                                     \
    X(ctx, 236, rpc_ss_free, 1, ALWAYS, RELEASE(RPC_BLOCK, 0, NOARG), NOTHING, NOTHING)            \
    X(ctx, 237, rpc_ss_get_thread_handle, 0, ALWAYS, TELL(RPC_ENVIRONMENT), NOTHING, NOTHING)      \
    X(ctx, 238, rpc_ss_set_client_alloc_free, 2, ALWAYS, PAIR(RPC_CLIENT_PAIR, 1, 0), NOTHING,     \
      NOTHING)                                                                                     \
    X(ctx, 239, rpc_ss_set_thread_handle, 1, ALWAYS, ADOPT(RPC_ENVIRONMENT, 0), NOTHING, NOTHING)  \
    X(ctx, 240, rpc_ss_swap_client_alloc_free, 4, ALWAYS, PAIR(RPC_CLIENT_PAIR, 1, 0),             \
      OLD_PAIR(RPC_CLIENT_PAIR, 3, 2), NOTHING)                                                    \
    X(ctx, 241, rpc_ss_create_support_ptrs, 2, ALWAYS, ENTER(RPC_ENVIRONMENT, 1), NOTHING,         \
      NOTHING)                                                                                     \
    X(ctx, 242, rpc_ss_destroy_support_ptrs, 0, ALWAYS, ADOPT(RPC_ENVIRONMENT, NOARG), NOTHING,    \
      NOTHING)                                                                                     \
    X(ctx, 243, rpc_ss_mem_free, 1, ALWAYS, DRAIN(RPC_ENVIRONMENT, 0), NOTHING, NOTHING)

/*
 * The deallocator that a program has to define for its stubs; it is seen where that is in a shared
 * object, and recorded only where it is given an audited block. Its block is none of a provider's,
 * but for the provider that defines it itself.
 */
#define SCA_RPC_USER_FUNCTIONS(X, ctx)                                                             \
    X(ctx, 251, midl_user_free, 1, ALWAYS, FREE(0), NOTHING, NOTHING)                              \
    X(ctx, 252, MIDL_user_free, 1, ALWAYS, FREE(0), NOTHING, NOTHING)

/*
 * Remote Desktop Services. All return whether they succeeded (BOOL), or a handle; server handle 0
 * is this machine and is never closed. A buffer is one block for WTSFreeMemory, but for those of
 * *Ex, whose entries have blocks of their own: they go to WTSFreeMemoryEx with their type class,
 * which depends on the level, and their count. The rest needs the server handle, or the channel's,
 * alive.
 */
#define SCA_WTS_FUNCTIONS(X, ctx)                                                                  \
    SCA_BOTH(X, ctx, 301, 302, WTSEnumerateServers, 5, TRUE,                                       \
             OUT(WTS_BUFFER, 3, 4, SERVERS, NOARG), NOTHING, NOTHING)                              \
    SCA_BOTH(X, ctx, 303, 304, WTSEnumerateSessions, 5, TRUE, USE(WTS_SERVER, 0),                  \
             OUT(WTS_BUFFER, 3, 4, SESSIONS, NOARG), NOTHING)                                      \
    SCA_BOTH(X, ctx, 305, 306, WTSEnumerateSessionsEx, 5, TRUE, USE(WTS_SERVER, 0),                \
             OUT(WTS_BUFFER, 3, 4, SESSIONS_EX, 1), NOTHING)                                       \
    SCA_BOTH(X, ctx, 307, 308, WTSEnumerateProcesses, 5, TRUE, USE(WTS_SERVER, 0),                 \
             OUT(WTS_BUFFER, 3, 4, PROCESSES, NOARG), NOTHING)                                     \
    SCA_BOTH(X, ctx, 309, 310, WTSEnumerateProcessesEx, 5, TRUE, USE(WTS_SERVER, 0),               \
             OUT(WTS_BUFFER, 3, 4, PROCESSES_EX, 1), NOTHING)                                      \
    SCA_BOTH(X, ctx, 311, 312, WTSQuerySessionInformation, 5, TRUE, USE(WTS_SERVER, 0),            \
             OUT(WTS_BUFFER, 3, 4, INFORMATION, NOARG), NOTHING)                                   \
    SCA_BOTH(X, ctx, 313, 314, WTSQueryUserConfig, 5, TRUE,                                        \
             OUT(WTS_BUFFER, 3, 4, INFORMATION, NOARG), NOTHING, NOTHING)                          \
    X(ctx, 315, WTSVirtualChannelQuery, 4, TRUE, USE(WTS_CHANNEL, 0),                              \
      OUT(WTS_BUFFER, 2, 3, INFORMATION, NOARG), NOTHING)                                          \
    X(ctx, 316, WTSFreeMemory, 1, ALWAYS, RELEASE(WTS_BUFFER, 0, NOARG), NOTHING, NOTHING)         \
    SCA_BOTH(X, ctx, 317, 318, WTSFreeMemoryEx, 3, TRUE, RELEASE_TYPED(WTS_BUFFER, 1, 0, 2),       \
             NOTHING, NOTHING)                                                                     \
    SCA_BOTH(X, ctx, 319, 320, WTSOpenServer, 1, HANDLE, RETURNED(WTS_SERVER, NOARG, 0, NOARG),    \
             NOTHING, NOTHING)                                                                     \
    SCA_BOTH(X, ctx, 321, 322, WTSOpenServerEx, 1, HANDLE, RETURNED(WTS_SERVER, NOARG, 0, NOARG),  \
             NOTHING, NOTHING)                                                                     \
    X(ctx, 323, WTSCloseServer, 1, ALWAYS, RELEASE(WTS_SERVER, 0, NOARG), NOTHING, NOTHING)        \
    X(ctx, 324, WTSVirtualChannelOpen, 3, HANDLE, USE(WTS_SERVER, 0),                              \
      RETURNED(WTS_CHANNEL, NOARG, 0, 0), NOTHING)                                                 \
    X(ctx, 325, WTSVirtualChannelOpenEx, 3, HANDLE, RETURNED(WTS_CHANNEL, NOARG, 0, NOARG),        \
      NOTHING, NOTHING)                                                                            \
    X(ctx, 326, WTSVirtualChannelClose, 1, TRUE, RELEASE(WTS_CHANNEL, 0, NOARG), NOTHING, NOTHING) \
    X(ctx, 327, WTSVirtualChannelRead, 5, TRUE, USE(WTS_CHANNEL, 0), NOTHING, NOTHING)             \
    X(ctx, 328, WTSVirtualChannelWrite, 4, TRUE, USE(WTS_CHANNEL, 0), NOTHING, NOTHING)            \
    X(ctx, 329, WTSVirtualChannelPurgeInput, 1, TRUE, USE(WTS_CHANNEL, 0), NOTHING, NOTHING)       \
    X(ctx, 330, WTSVirtualChannelPurgeOutput, 1, TRUE, USE(WTS_CHANNEL, 0), NOTHING, NOTHING)      \
    X(ctx, 331, WTSRegisterSessionNotification, 2, TRUE, BEGIN(WTS_NOTIFICATION, 0), NOTHING,      \
      NOTHING)                                                                                     \
    X(ctx, 332, WTSRegisterSessionNotificationEx, 3, TRUE, USE(WTS_SERVER, 0),                     \
      BEGIN(WTS_NOTIFICATION, 1), NOTHING)                                                         \
    X(ctx, 333, WTSUnRegisterSessionNotification, 1, TRUE, RELEASE(WTS_NOTIFICATION, 0, NOARG),    \
      NOTHING, NOTHING)                                                                            \
    X(ctx, 334, WTSUnRegisterSessionNotificationEx, 2, TRUE, USE(WTS_SERVER, 0),                   \
      RELEASE(WTS_NOTIFICATION, 1, NOARG), NOTHING)                                                \
    SCA_BOTH(X, ctx, 335, 336, WTSSendMessage, 10, TRUE, USE(WTS_SERVER, 0), NOTHING, NOTHING)     \
    SCA_BOTH(X, ctx, 337, 338, WTSEnumerateListeners, 5, TRUE, USE(WTS_SERVER, 0), NOTHING,        \
             NOTHING)                                                                              \
    SCA_BOTH(X, ctx, 339, 340, WTSQueryListenerConfig, 5, TRUE, USE(WTS_SERVER, 0), NOTHING,       \
             NOTHING)                                                                              \
    SCA_BOTH(X, ctx, 341, 342, WTSCreateListener, 6, TRUE, USE(WTS_SERVER, 0), NOTHING, NOTHING)   \
    SCA_BOTH(X, ctx, 343, 344, WTSSetListenerSecurity, 6, TRUE, USE(WTS_SERVER, 0), NOTHING,       \
             NOTHING)                                                                              \
    SCA_BOTH(X, ctx, 345, 346, WTSGetListenerSecurity, 8, TRUE, USE(WTS_SERVER, 0), NOTHING,       \
             NOTHING)                                                                              \
    X(ctx, 347, WTSTerminateProcess, 3, TRUE, USE(WTS_SERVER, 0), NOTHING, NOTHING)                \
    X(ctx, 348, WTSDisconnectSession, 3, TRUE, USE(WTS_SERVER, 0), NOTHING, NOTHING)               \
    X(ctx, 349, WTSLogoffSession, 3, TRUE, USE(WTS_SERVER, 0), NOTHING, NOTHING)                   \
    X(ctx, 350, WTSShutdownSystem, 2, TRUE, USE(WTS_SERVER, 0), NOTHING, NOTHING)                  \
    X(ctx, 351, WTSWaitSystemEvent, 3, TRUE, USE(WTS_SERVER, 0), NOTHING, NOTHING)                 \
    X(ctx, 352, WTSLogonUser, 4, TRUE, USE(WTS_SERVER, 0), NOTHING, NOTHING)                       \
    X(ctx, 353, WTSLogoffUser, 1, TRUE, USE(WTS_SERVER, 0), NOTHING, NOTHING)

/*
 * Shared memory and heap of the host of security packages, which packages call through the slots of
 * its function table; and those of the package that the host calls. Nobody exports them.
 * SpInitialize and SpShutdown have no more than three arguments: of those behind, 8 and 9 are ours
 * (lsa.c).
 */
#define SCA_LSA_FUNCTIONS(X, ctx)                                                                  \
    X(ctx, 401, AllocateLsaHeap, 1, ALWAYS, RETURNED(LSA_HEAP_BLOCK, 0, UNSIGNED32, NOARG),        \
      NOTHING, NOTHING)                                                                            \
    X(ctx, 402, FreeLsaHeap, 1, ALWAYS, RELEASE(LSA_HEAP_BLOCK, 0, NOARG), NOTHING, NOTHING)       \
    X(ctx, 403, CreateSharedMemory, 2, HANDLE, RETURNED(LSA_SECTION, 0, UNSIGNED32, NOARG),        \
      NOTHING, NOTHING)                                                                            \
    X(ctx, 404, AllocateSharedMemory, 2, HANDLE, USE(LSA_SECTION, 0),                              \
      RETURNED(LSA_BLOCK, 1, UNSIGNED32, 0), NOTHING)                                              \
    X(ctx, 405, FreeSharedMemory, 2, ALWAYS, USE(LSA_SECTION, 0), RELEASE(LSA_BLOCK, 1, 0),        \
      NOTHING)                                                                                     \
    X(ctx, 406, DeleteSharedMemory, 1, BOOLEAN, RELEASE(LSA_SECTION, 0, NOARG), NOTHING, NOTHING)  \
    X(ctx, 407, SpInitialize, 3, NTSTATUS, START(LSA_PACKAGE, 8, 9), NOTHING, NOTHING)             \
    X(ctx, 408, SpShutdown, 0, NTSTATUS, STOP(LSA_PACKAGE, 8), NOTHING, NOTHING)

/* Those that a provider defines; a new family is added here. */
#define SCA_PROVIDED_FUNCTIONS(X, ctx)                                                             \
    SCA_PCSC_FUNCTIONS(X, ctx)                                                                     \
    SCA_WINSCARD_FUNCTIONS(X, ctx)                                                                 \
    SCA_RPC_FUNCTIONS(X, ctx)                                                                      \
    SCA_RPC_USER_FUNCTIONS(X, ctx)                                                                 \
    SCA_WTS_FUNCTIONS(X, ctx)

/*
 * The allocator's, recorded only where they are given an audited block: X(ctx, NUMBER, NAME, TITLE,
 * EFFECT0). TITLE is how people call it: all variants of delete are one row each. Their result is
 * 0, or the address that a reallocation returned, or the errno of one that failed and left the
 * block as it was. The last row is none of a program's calls: the block, freed before, was written
 * to until then (companion: at this offset).
 */
#define SCA_HEAP_FUNCTIONS(X, ctx)                                                                 \
    X(ctx, 101, free, "free", FREE(0))                                                             \
    X(ctx, 102, realloc, "realloc", FREE(0))                                                       \
    X(ctx, 103, reallocarray, "reallocarray", FREE(0))                                             \
    X(ctx, 104, delete, "operator delete", FREE(0))                                                \
    X(ctx, 105, delete_array, "operator delete[]", FREE(0))                                        \
    X(ctx, 106, quarantine, "quarantine", DAMAGE(0))

#endif
