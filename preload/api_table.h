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
 *   SUCCESS  which results mean that a release released (enum sca_success)
 *   EFFECTn  what the call does to a resource (api.h), in the order they are judged:
 *              USE(kind, arg)                 needs the resource alive
 *              QUERY(kind, arg)               may be asked of a dead one
 *              RELEASE(kind, arg, owner)      ends it; owner is the companion argument or NOARG
 *              HANDLE(kind, out, owner)       *out receives a new value when the call succeeds
 *              BLOCK(kind, out, length, unit, owner) *out receives a block when *length is
 *                                             SCARD_AUTOALLOCATE, also together with an error;
 *                                             *length then counts units of so many bytes
 *              BEGIN(kind, arg)               a resource that has the value of the one it is of
 *                                             begins, once more, when the call succeeds
 *              FREE(arg)                      gives back the memory at this address, whoever
 *                                             handed it out
 *              DAMAGE(arg)                    tells of something that had been done to the block
 *
 * From it come the exported wrappers and trampolines (scard.c), the name table of the dlsym hook,
 * the event names of `scardaudit dump` and the dispatch of the replay.
 *
 * pcsc-lite: winscard.h of 1.9.9; ownership measured on 1.9.9 and 2.5.1. WinPR, which has the names
 * of Windows: smartcard.h of 2.11.7 (doc/contracts-pcsc.md).
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

/*
 * Functions that concern no resource (SCardUIDlgSelectCard would, but no provider on Linux has more
 * of it than the name): they are called past us, and nothing is missed. What else a provider
 * exports under a name of this family is not known, and told so in the trace.
 */
#define SCA_PCSC_PREFIX "SCard"
#define SCA_PCSC_HARMLESS(X)                                                                       \
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
    X(SCardUIDlgSelectCardW)

/* Those that a provider defines; a new family is added here. */
#define SCA_PROVIDED_FUNCTIONS(X, ctx)                                                             \
    SCA_PCSC_FUNCTIONS(X, ctx)                                                                     \
    SCA_WINSCARD_FUNCTIONS(X, ctx)

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
