/* SPDX-License-Identifier: MIT */
/*
 * The table of api_table.h as data, for the preload and the report alike.
 *
 * Everything here is constant and needs no initialisation: any thread, any signal handler.
 */
#ifndef SCA_API_H
#define SCA_API_H

#include <stddef.h>
#include <stdint.h>

#define SCA_MAX_ARGS 10
#define SCA_REGISTER_ARGS 6 /* those behind are on the stack */
#define SCA_MAX_EFFECTS 3
#define SCA_NOARG 0xff

/* Bits: a provider may have functions of several. */
enum sca_family {
    SCA_FAMILY_PCSC = 1,
    SCA_FAMILY_HEAP = 2,
    SCA_FAMILY_RPC = 4,
    SCA_FAMILY_WTS = 8,
    SCA_FAMILY_LSA = 16
};
#define SCA_FAMILIES_END 32

/* Resource kinds. The numbers are written nowhere: a trace names function and effect. */
enum sca_kind {
    SCA_KIND_NONE,
    SCA_KIND_CONTEXT,
    SCA_KIND_CARD_HANDLE,
    SCA_KIND_TRANSACTION, /* its value is the card handle's */
    SCA_KIND_AUTOALLOCATE,
    SCA_KIND_RPC_ENVIRONMENT, /* its value is the thread handle, or made up (SCA_UNTOLD_HANDLE) */
    SCA_KIND_RPC_BLOCK,
    SCA_KIND_RPC_CLIENT_PAIR, /* its value is the free routine, its companion the other one */
    SCA_KIND_WTS_BUFFER, /* its companion: the level it has, low half, and the count of entries */
    SCA_KIND_WTS_SERVER,
    SCA_KIND_WTS_CHANNEL,
    SCA_KIND_WTS_NOTIFICATION, /* its value is the window handle */
    SCA_KIND_LSA_SECTION,
    SCA_KIND_LSA_BLOCK, /* in a section */
    SCA_KIND_LSA_HEAP_BLOCK,
    SCA_KIND_LSA_PACKAGE, /* its value is the address of its function table */
    SCA_KIND_COUNT
};

/* What a buffer of WTS holds, and what its count counts. */
enum sca_content {
    SCA_CONTENT_INFORMATION, /* bytes */
    SCA_CONTENT_SERVERS,
    SCA_CONTENT_SESSIONS,
    SCA_CONTENT_SESSIONS_EX,
    SCA_CONTENT_PROCESSES,
    SCA_CONTENT_PROCESSES_EX,
    SCA_CONTENTS
};
#define SCA_LEVEL_UNKNOWN UINT32_MAX /* the program's could not be read */

/* The environment that a thread, by its serial number, entered, where its provider does not tell
 * thread handles: an odd number, as no address of one is. */
#define SCA_UNTOLD_HANDLE(thread) (UINT64_C(1) << 63 | (uint64_t)(thread) << 1 | 1)

enum sca_effect_type {
    SCA_NOTHING,
    SCA_USE,         /* the resource must be alive */
    SCA_QUERY,       /* the resource may be dead: that is what the call tells */
    SCA_RELEASE,     /* ends the resource when the call succeeded */
    SCA_HANDLE,      /* a new resource, its value stored through an out-parameter */
    SCA_BLOCK,       /* a new memory block, its address stored through an out-parameter */
    SCA_BEGIN,       /* a new resource with the value of the argument, which may have several */
    SCA_OUT,         /* the same; handed out or not, failed or not, it is recorded */
    SCA_RETURNED,    /* a new resource, its value is the result */
    SCA_ENTER,       /* the thread's own from now on: a new one, or the same once more */
    SCA_NEED,        /* the thread must have one */
    SCA_LEAVE,       /* ends the thread's own, when the call succeeded */
    SCA_ADOPT,       /* makes this one the thread's own */
    SCA_TELL,        /* object is the value of the thread's own: recorded after the call */
    SCA_DRAIN,       /* ends the one that was entered with this companion */
    SCA_MARK,        /* the block is to be released with its environment */
    SCA_CLIENT_FREE, /* the block goes to the free routine in force */
    SCA_PAIR,        /* routines in force from now on */
    SCA_OLD_PAIR,    /* the routines that were in force: recorded after the call */
    SCA_START,       /* the package is initialized */
    SCA_STOP,        /* the package is shut down */
    SCA_FREE,  /* the memory at this address goes back to the allocator, whoever handed it out */
    SCA_DAMAGE /* the block was written to after it had been freed */
};

struct sca_effect {
    uint8_t type;   /* enum sca_effect_type */
    uint8_t kind;   /* enum sca_kind */
    uint8_t arg;    /* the resource, or the out-parameter that receives it */
    uint8_t length; /* BLOCK: the in/out length, OUT: the count, RETURNED: the size, RELEASE: the
                     * upper half of the companion; otherwise SCA_NOARG */
    uint8_t unit;   /* BLOCK: what the length counts, in bytes; RETURNED: how wide the size is;
                     * OUT: enum sca_content */
    uint8_t owner;  /* companion argument: the context or card handle it belongs to, the memory
                     * handle of an environment, the allocation routine of a pair; OUT: the level;
                     * or SCA_NOARG */
};

enum sca_success {
    SCA_OK_ZERO, /* the low 32 bits are 0 (SCARD_S_SUCCESS) */
    /* SCardReleaseContext: the context is gone for every result but SCARD_E_INVALID_HANDLE and
     * SCARD_F_INTERNAL_ERROR (measured with pcscd dead: 0x8010001D, and the context is gone). */
    SCA_OK_CONTEXT_GONE,
    SCA_OK_FREED,    /* 0, or an address of memory; else an errno */
    SCA_OK_ALWAYS,   /* it came back: failures are exceptions */
    SCA_OK_TRUE,     /* the low 32 bits are not 0 (BOOL) */
    SCA_OK_BOOLEAN,  /* the low 8 bits are not 0 */
    SCA_OK_HANDLE,   /* neither NULL nor INVALID_HANDLE_VALUE, which is -1 */
    SCA_OK_NTSTATUS, /* the low 32 bits are not negative */
    SCA_OK_STATUS_0, /* 0, stored where argument 0 points: that is then the recorded result */
    SCA_OK_STATUS_1,
    SCA_OK_STATUS_2,
    SCA_OK_STATUS_4 = SCA_OK_STATUS_0 + 4
};

/* In the upper half of the recorded result of a MARK or RELEASE: before the call came back, the
 * provider had given the block to the allocator. */
#define SCA_RESULT_FREED (UINT64_C(1) << 32)

struct sca_function {
    const char *name;
    uint16_t number;
    uint8_t family; /* enum sca_family */
    uint8_t arity;
    uint8_t success; /* enum sca_success */
    struct sca_effect effects[SCA_MAX_EFFECTS];
};

/* Index of each function in sca_functions[]; dense, may change between versions. */
#define SCA_X(ctx, number, name, ...) SCA_FN_##name,
enum sca_fn {
#include "api_table.h"
    SCA_PROVIDED_FUNCTIONS(SCA_X, ) SCA_FN_PROVIDED, /* so many are defined by providers */
    SCA_FN_BEFORE_LSA = SCA_FN_PROVIDED - 1,
    SCA_LSA_FUNCTIONS(SCA_X, ) SCA_HEAP_FUNCTIONS(SCA_X, ) SCA_FN_COUNT
};
#undef SCA_X

extern const struct sca_function sca_functions[SCA_FN_COUNT];

/* The row with this trace number, or NULL. */
const struct sca_function *sca_function_by_number(unsigned number);

/* The row with this name, or NULL. The name may be any string of the program's. */
const struct sca_function *sca_function_by_name(const char *name);

/* The same among those that providers define. */
const struct sca_function *sca_provided_by_name(const char *name);

/* Is a function of this name in an audited family, and neither in the table nor one that concerns
 * no resource? */
int sca_is_unaudited_name(const char *name);

/* Did the call whose raw result (RAX; only the low 32 bits count, but of the allocator's) is this
 * succeed by its row? */
int sca_succeeded(const struct sca_function *function, uint64_t result);

/* "context", "card-handle", ... as in reports. */
const char *sca_kind_name(unsigned kind);

/* Is a resource of this kind memory, and its value an address? */
static inline int sca_is_memory(unsigned kind)
{
    return kind == SCA_KIND_AUTOALLOCATE || kind == SCA_KIND_RPC_BLOCK ||
           kind == SCA_KIND_WTS_BUFFER || kind == SCA_KIND_LSA_BLOCK ||
           kind == SCA_KIND_LSA_HEAP_BLOCK;
}

/* Is a block of this kind released together with others, and perhaps one of several in what its
 * provider got from the allocator? */
static inline int sca_is_pooled(unsigned kind)
{
    return kind == SCA_KIND_RPC_BLOCK || kind == SCA_KIND_LSA_BLOCK;
}

/* May several resources of this kind have one value? Then the last one that began ends first. */
static inline int sca_nests(unsigned kind)
{
    return kind == SCA_KIND_TRANSACTION || kind == SCA_KIND_WTS_NOTIFICATION;
}

/* Does an effect of this type hand out a resource? */
static inline int sca_acquires(unsigned type)
{
    return type >= SCA_HANDLE && type <= SCA_ENTER;
}

/* The argument where the function stores its status, or SCA_NOARG. */
static inline unsigned sca_status_argument(const struct sca_function *function)
{
    return function->success >= SCA_OK_STATUS_0 ? function->success - SCA_OK_STATUS_0 : SCA_NOARG;
}

/* The family that resources of this kind belong to; 0: of any, or none. */
unsigned sca_kind_family(unsigned kind);

/* "pcsc", "heap", "rpc", "wts", "lsa"; of several bits the lowest. */
const char *sca_family_name(unsigned family);

#endif
