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
 *              BLOCK(kind, out, length, owner) *out receives a block when *length is
 *                                             SCARD_AUTOALLOCATE, also together with an error
 *              FREE(arg)                      gives back the memory at this address, whoever
 *                                             handed it out
 *              DAMAGE(arg)                    tells of something that had been done to the block
 *
 * From it come the exported wrappers and trampolines (scard.c), the name table of the dlsym hook,
 * the event names of `scardaudit dump` and the dispatch of the replay.
 *
 * pcsc-lite: winscard.h of 1.9.9; ownership measured on 1.9.9 and 2.5.1 (doc/contracts-pcsc.md).
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
    X(ctx, 7, SCardBeginTransaction, 1, ZERO, USE(CARD_HANDLE, 0), NOTHING, NOTHING)               \
    X(ctx, 8, SCardEndTransaction, 2, ZERO, USE(CARD_HANDLE, 0), NOTHING, NOTHING)                 \
    X(ctx, 9, SCardStatus, 7, ZERO, USE(CARD_HANDLE, 0), BLOCK(AUTOALLOCATE, 1, 2, 0),             \
      BLOCK(AUTOALLOCATE, 5, 6, 0))                                                                \
    X(ctx, 10, SCardGetStatusChange, 4, ZERO, USE(CONTEXT, 0), NOTHING, NOTHING)                   \
    X(ctx, 11, SCardControl, 7, ZERO, USE(CARD_HANDLE, 0), NOTHING, NOTHING)                       \
    X(ctx, 12, SCardTransmit, 7, ZERO, USE(CARD_HANDLE, 0), NOTHING, NOTHING)                      \
    X(ctx, 13, SCardListReaderGroups, 3, ZERO, USE(CONTEXT, 0), BLOCK(AUTOALLOCATE, 1, 2, 0),      \
      NOTHING)                                                                                     \
    X(ctx, 14, SCardListReaders, 4, ZERO, USE(CONTEXT, 0), BLOCK(AUTOALLOCATE, 2, 3, 0), NOTHING)  \
    X(ctx, 15, SCardFreeMemory, 2, ZERO, RELEASE(AUTOALLOCATE, 1, 0), NOTHING, NOTHING)            \
    X(ctx, 16, SCardCancel, 1, ZERO, USE(CONTEXT, 0), NOTHING, NOTHING)                            \
    X(ctx, 17, SCardGetAttrib, 4, ZERO, USE(CARD_HANDLE, 0), BLOCK(AUTOALLOCATE, 2, 3, 0),         \
      NOTHING)                                                                                     \
    X(ctx, 18, SCardSetAttrib, 4, ZERO, USE(CARD_HANDLE, 0), NOTHING, NOTHING)

/* Those that a provider defines; a new family is added here. */
#define SCA_PROVIDED_FUNCTIONS(X, ctx) SCA_PCSC_FUNCTIONS(X, ctx)

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
