/* SPDX-License-Identifier: MIT */
/*
 * The PC/SC family: for each row of the table an exported wrapper, for programs linked to a
 * provider, and SCA_PROVIDERS trampolines, for those that find it by dlsym. A trampoline is a
 * wrapper that knows its provider, because a plugin's provider cannot be told from its caller.
 */
#include "scard.h"

#include "api_table.h"
#include "audit.h"
#include "export.h"
#include "providers.h"

#define PARAMETERS_1 uint64_t a0
#define PARAMETERS_2 PARAMETERS_1, uint64_t a1
#define PARAMETERS_3 PARAMETERS_2, uint64_t a2
#define PARAMETERS_4 PARAMETERS_3, uint64_t a3
#define PARAMETERS_5 PARAMETERS_4, uint64_t a4
#define PARAMETERS_6 PARAMETERS_5, uint64_t a5
#define PARAMETERS_7 PARAMETERS_6, uint64_t a6
#define PARAMETERS_8 PARAMETERS_7, uint64_t a7
#define ARGUMENTS_1 a0
#define ARGUMENTS_2 ARGUMENTS_1, a1
#define ARGUMENTS_3 ARGUMENTS_2, a2
#define ARGUMENTS_4 ARGUMENTS_3, a3
#define ARGUMENTS_5 ARGUMENTS_4, a4
#define ARGUMENTS_6 ARGUMENTS_5, a5
#define ARGUMENTS_7 ARGUMENTS_6, a6
#define ARGUMENTS_8 ARGUMENTS_7, a7

#define EXPORTED(ctx, number, name, arity, ...)                                                    \
    SCA_EXPORT uint64_t name(PARAMETERS_##arity);                                                  \
    uint64_t name(PARAMETERS_##arity)                                                              \
    {                                                                                              \
        uint64_t args[SCA_MAX_ARGS] = {ARGUMENTS_##arity};                                         \
                                                                                                   \
        return sca_call_exported(SCA_FN_##name, args, __builtin_return_address(0));                \
    }
SCA_PROVIDED_FUNCTIONS(EXPORTED, )

#define TRAMPOLINE(slot, number, name, arity, ...)                                                 \
    static uint64_t name##_via_##slot(PARAMETERS_##arity)                                          \
    {                                                                                              \
        uint64_t args[SCA_MAX_ARGS] = {ARGUMENTS_##arity};                                         \
                                                                                                   \
        return sca_call_bound(slot, SCA_FN_##name, args, __builtin_return_address(0));             \
    }
#define NAME_OF(slot, number, name, ...) (void *)name##_via_##slot,

#define SLOTS(X)                                                                                   \
    X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15)
#define SET(slot) SCA_PROVIDED_FUNCTIONS(TRAMPOLINE, slot)
#define ROW(slot) {SCA_PROVIDED_FUNCTIONS(NAME_OF, slot)},

SLOTS(SET)
static void *const trampolines[SCA_PROVIDERS][SCA_FN_PROVIDED] = {SLOTS(ROW)};

void *sca_scard_trampoline(unsigned slot, enum sca_fn fn)
{
    return trampolines[slot][fn];
}
