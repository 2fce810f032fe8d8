/* SPDX-License-Identifier: MIT */
#include "api.h"
#include "api_table.h"

#define NOARG SCA_NOARG
#define NOTHING                                                                                    \
    {                                                                                              \
        SCA_NOTHING, SCA_KIND_NONE, NOARG, NOARG, NOARG                                            \
    }
#define USE(kind, arg)                                                                             \
    {                                                                                              \
        SCA_USE, SCA_KIND_##kind, arg, NOARG, NOARG                                                \
    }
#define QUERY(kind, arg)                                                                           \
    {                                                                                              \
        SCA_QUERY, SCA_KIND_##kind, arg, NOARG, NOARG                                              \
    }
#define RELEASE(kind, arg, owner)                                                                  \
    {                                                                                              \
        SCA_RELEASE, SCA_KIND_##kind, arg, NOARG, owner                                            \
    }
#define HANDLE(kind, out, owner)                                                                   \
    {                                                                                              \
        SCA_HANDLE, SCA_KIND_##kind, out, NOARG, owner                                             \
    }
#define BLOCK(kind, out, length, owner)                                                            \
    {                                                                                              \
        SCA_BLOCK, SCA_KIND_##kind, out, length, owner                                             \
    }

#define ROW(family, number, name, arity, success, e0, e1, e2)                                      \
    {#name, number, SCA_FAMILY_##family, arity, SCA_OK_##success, {e0, e1, e2}},
const struct sca_function sca_functions[SCA_FN_COUNT] = {SCA_PCSC_FUNCTIONS(ROW, PCSC)};

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

const struct sca_function *sca_function_by_name(const char *name)
{
    for (size_t i = 0; i < SCA_FN_COUNT; i++)
        if (same_string(sca_functions[i].name, name))
            return &sca_functions[i];
    return NULL;
}

int sca_succeeded(const struct sca_function *function, uint64_t result)
{
    uint32_t rv = (uint32_t)result;

    if (function->success == SCA_OK_CONTEXT_GONE)
        return rv != 0x80100003U /* SCARD_E_INVALID_HANDLE */ &&
               rv != 0x80100001U /* SCARD_F_INTERNAL_ERROR */;
    return rv == 0;
}

const char *sca_kind_name(unsigned kind)
{
    static const char *const names[SCA_KIND_COUNT] = {"none", "context", "card-handle",
                                                      "autoallocate"};
    return kind < SCA_KIND_COUNT ? names[kind] : "unknown";
}

const char *sca_family_name(unsigned family)
{
    return family == SCA_FAMILY_PCSC ? "pcsc" : "unknown";
}
