/* SPDX-License-Identifier: MIT */
#include "api.h"
#include "api_table.h"

#define LAST_ERRNO 4095

#define NOARG SCA_NOARG
#define NOTHING (SCA_NOTHING, SCA_KIND_NONE, NOARG, NOARG, 0, NOARG)
#define USE(kind, arg) (SCA_USE, SCA_KIND_##kind, arg, NOARG, 0, NOARG)
#define QUERY(kind, arg) (SCA_QUERY, SCA_KIND_##kind, arg, NOARG, 0, NOARG)
#define RELEASE(kind, arg, owner) (SCA_RELEASE, SCA_KIND_##kind, arg, NOARG, 0, owner)
#define HANDLE(kind, out, owner) (SCA_HANDLE, SCA_KIND_##kind, out, NOARG, 0, owner)
#define BLOCK(kind, out, length, unit, owner) (SCA_BLOCK, SCA_KIND_##kind, out, length, unit, owner)
#define BEGIN(kind, arg) (SCA_BEGIN, SCA_KIND_##kind, arg, NOARG, 0, NOARG)
#define FREE(arg) (SCA_FREE, SCA_KIND_NONE, arg, NOARG, 0, NOARG)
#define DAMAGE(arg) (SCA_DAMAGE, SCA_KIND_NONE, arg, NOARG, 0, NOARG)
#define RELEASE_TYPED(kind, arg, type, count) (SCA_RELEASE, SCA_KIND_##kind, arg, count, 0, type)
#define OUT(kind, out, count, content, level)                                                      \
    (SCA_OUT, SCA_KIND_##kind, out, count, SCA_CONTENT_##content, level)
#define RETURNED(kind, length, unit, owner)                                                        \
    (SCA_RETURNED, SCA_KIND_##kind, NOARG, length, unit, owner)
#define START(kind, arg, owner) (SCA_START, SCA_KIND_##kind, arg, NOARG, 0, owner)
#define STOP(kind, arg) (SCA_STOP, SCA_KIND_##kind, arg, NOARG, 0, NOARG)
#define ENTER(kind, owner) (SCA_ENTER, SCA_KIND_##kind, NOARG, NOARG, 0, owner)
#define NEED(kind) (SCA_NEED, SCA_KIND_##kind, NOARG, NOARG, 0, NOARG)
#define LEAVE(kind) (SCA_LEAVE, SCA_KIND_##kind, NOARG, NOARG, 0, NOARG)
#define ADOPT(kind, arg) (SCA_ADOPT, SCA_KIND_##kind, arg, NOARG, 0, NOARG)
#define TELL(kind) (SCA_TELL, SCA_KIND_##kind, NOARG, NOARG, 0, NOARG)
#define DRAIN(kind, arg) (SCA_DRAIN, SCA_KIND_##kind, arg, NOARG, 0, NOARG)
#define MARK(kind, arg) (SCA_MARK, SCA_KIND_##kind, arg, NOARG, 0, NOARG)
#define CLIENT_FREE(kind, arg) (SCA_CLIENT_FREE, SCA_KIND_##kind, arg, NOARG, 0, NOARG)
#define PAIR(kind, free, alloc) (SCA_PAIR, SCA_KIND_##kind, free, NOARG, 0, alloc)
#define OLD_PAIR(kind, free, alloc) (SCA_OLD_PAIR, SCA_KIND_##kind, free, NOARG, 0, alloc)
#define BYTES 1
#define WIDE 2
#define UNSIGNED32 4
#define SIZE_T 8
#define GUIDS 16
/* What an effect expands to, without its parentheses: they keep its commas together on the way. */
#define EFFECT(...)                                                                                \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }

#define TITLED(title, family, number, arity, success, e0, e1, e2)                                  \
    {title, number,           SCA_FAMILY_##family,                                                 \
     arity, SCA_OK_##success, {EFFECT e0, EFFECT e1, EFFECT e2}},
#define ROW(family, number, name, ...) TITLED(#name, family, number, __VA_ARGS__)
#define HEAP_ROW(ctx, number, name, title, effect)                                                 \
    TITLED(title, HEAP, number, 1, FREED, effect, NOTHING, NOTHING)
const struct sca_function sca_functions[SCA_FN_COUNT] = {
    SCA_PCSC_FUNCTIONS(ROW, PCSC) SCA_WINSCARD_FUNCTIONS(ROW, PCSC) SCA_RPC_FUNCTIONS(ROW, RPC)
        SCA_RPC_USER_FUNCTIONS(ROW, RPC) SCA_WTS_FUNCTIONS(ROW, WTS) SCA_LSA_FUNCTIONS(ROW, LSA)
            SCA_HEAP_FUNCTIONS(HEAP_ROW, )};

const struct sca_function *sca_function_by_number(unsigned number)
{
    for (size_t i = 0; i < SCA_FN_COUNT; i++)
        if (sca_functions[i].number == number)
            return &sca_functions[i];
    return NULL;
}

static int same_string(const char *a, const char *b)
{
    while (*a && *a == *b)
        a++, b++;
    return *a == *b;
}

static const struct sca_function *among(size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (same_string(sca_functions[i].name, name))
            return &sca_functions[i];
    return NULL;
}

const struct sca_function *sca_function_by_name(const char *name)
{
    return among(SCA_FN_COUNT, name);
}

/* The loader asks of every name that it binds. */
static int may_be_provided(const char *name)
{
    switch (name[0]) {
    case 'S':
        return name[1] == 'C';
    case 'R':
    case 'r':
        return name[1] == 'p';
    case 'M':
        return name[1] == 'I';
    case 'm':
        return name[1] == 'i';
    case 'W':
        return name[1] == 'T';
    default:
        return 0;
    }
}

const struct sca_function *sca_provided_by_name(const char *name)
{
    return may_be_provided(name) ? among(SCA_FN_PROVIDED, name) : NULL;
}

#define NAME(name) #name,
#define PREFIX(prefix) prefix,
static const char *const harmless[] = {SCA_HARMLESS(NAME)};
static const char *const prefixes[] = {SCA_PREFIXES(PREFIX)};

static int has_prefix(const char *name, const char *prefix)
{
    while (*prefix && *name == *prefix)
        name++, prefix++;
    return !*prefix;
}

static int is_of_a_family(const char *name)
{
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (has_prefix(name, prefixes[i]))
            return 1;
    return 0;
}

int sca_is_unaudited_name(const char *name)
{
    if (!is_of_a_family(name) || sca_provided_by_name(name))
        return 0;
    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++)
        if (same_string(harmless[i], name))
            return 0;
    return 1;
}

int sca_succeeded(const struct sca_function *function, uint64_t result)
{
    uint32_t rv = (uint32_t)result;

    switch ((enum sca_success)function->success) {
    case SCA_OK_CONTEXT_GONE:
        return rv != 0x80100003U /* SCARD_E_INVALID_HANDLE */ &&
               rv != 0x80100001U /* SCARD_F_INTERNAL_ERROR */;
    case SCA_OK_FREED:
        return result == 0 || result > LAST_ERRNO;
    case SCA_OK_ALWAYS:
        return 1;
    case SCA_OK_TRUE:
        return rv != 0;
    case SCA_OK_BOOLEAN:
        return (uint8_t)result != 0;
    case SCA_OK_HANDLE:
        return result != 0 && result != UINT64_MAX;
    case SCA_OK_NTSTATUS:
        return rv >> 31 == 0;
    default:
        return rv == 0;
    }
}

const char *sca_kind_name(unsigned kind)
{
    static const char *const names[SCA_KIND_COUNT] = {
        "none",         "context",         "card-handle",    "transaction",
        "autoallocate", "rpc-environment", "rpc-block",      "rpc-client-pair",
        "wts-buffer",   "wts-server",      "wts-channel",    "wts-notification",
        "lsa-section",  "lsa-block",       "lsa-heap-block", "lsa-package"};
    return kind < SCA_KIND_COUNT ? names[kind] : "unknown";
}

unsigned sca_kind_family(unsigned kind)
{
    static const uint8_t families[SCA_KIND_COUNT] = {
        [SCA_KIND_CONTEXT] = SCA_FAMILY_PCSC,         [SCA_KIND_CARD_HANDLE] = SCA_FAMILY_PCSC,
        [SCA_KIND_TRANSACTION] = SCA_FAMILY_PCSC,     [SCA_KIND_AUTOALLOCATE] = SCA_FAMILY_PCSC,
        [SCA_KIND_RPC_ENVIRONMENT] = SCA_FAMILY_RPC,  [SCA_KIND_RPC_BLOCK] = SCA_FAMILY_RPC,
        [SCA_KIND_RPC_CLIENT_PAIR] = SCA_FAMILY_RPC,  [SCA_KIND_WTS_BUFFER] = SCA_FAMILY_WTS,
        [SCA_KIND_WTS_SERVER] = SCA_FAMILY_WTS,       [SCA_KIND_WTS_CHANNEL] = SCA_FAMILY_WTS,
        [SCA_KIND_WTS_NOTIFICATION] = SCA_FAMILY_WTS, [SCA_KIND_LSA_SECTION] = SCA_FAMILY_LSA,
        [SCA_KIND_LSA_BLOCK] = SCA_FAMILY_LSA,        [SCA_KIND_LSA_HEAP_BLOCK] = SCA_FAMILY_LSA,
        [SCA_KIND_LSA_PACKAGE] = SCA_FAMILY_LSA,
    };

    return kind < SCA_KIND_COUNT ? families[kind] : 0;
}

const char *sca_family_name(unsigned family)
{
    static const char *const names[] = {"pcsc", "heap", "rpc", "wts", "lsa"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (family >> i & 1)
            return names[i];
    return "unknown";
}
