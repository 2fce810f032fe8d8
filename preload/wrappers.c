/* SPDX-License-Identifier: MIT */
/*
 * For each row of the table that a provider defines an exported wrapper, for programs linked to it,
 * and SCA_PROVIDERS trampolines, for those that find it by dlsym. A trampoline is a wrapper that
 * knows its provider, because a plugin's provider cannot be told from its caller.
 */
#include "trampolines.h"

#include "api_table.h"
#include "audit.h"
#include "export.h"
#include "slots.h"

#define PARAMETERS_0 void
#define PARAMETERS_1 uint64_t a0
#define PARAMETERS_2 PARAMETERS_1, uint64_t a1
#define PARAMETERS_3 PARAMETERS_2, uint64_t a2
#define PARAMETERS_4 PARAMETERS_3, uint64_t a3
#define PARAMETERS_5 PARAMETERS_4, uint64_t a4
#define PARAMETERS_6 PARAMETERS_5, uint64_t a5
#define PARAMETERS_7 PARAMETERS_6, uint64_t a6
#define PARAMETERS_8 PARAMETERS_7, uint64_t a7
#define PARAMETERS_9 PARAMETERS_8, uint64_t a8
#define PARAMETERS_10 PARAMETERS_9, uint64_t a9
#define ARGUMENTS_0 0
#define ARGUMENTS_1 a0
#define ARGUMENTS_2 ARGUMENTS_1, a1
#define ARGUMENTS_3 ARGUMENTS_2, a2
#define ARGUMENTS_4 ARGUMENTS_3, a3
#define ARGUMENTS_5 ARGUMENTS_4, a4
#define ARGUMENTS_6 ARGUMENTS_5, a5
#define ARGUMENTS_7 ARGUMENTS_6, a6
#define ARGUMENTS_8 ARGUMENTS_7, a7
#define ARGUMENTS_9 ARGUMENTS_8, a8
#define ARGUMENTS_10 ARGUMENTS_9, a9

#define EXPORTED(ctx, number, name, arity, ...)                                                    \
    SCA_EXPORT uint64_t name(PARAMETERS_##arity);                                                  \
    uint64_t name(PARAMETERS_##arity)                                                              \
    {                                                                                              \
        uint64_t args[SCA_MAX_ARGS] = {ARGUMENTS_##arity};                                         \
                                                                                                   \
        return sca_call_exported(SCA_FN_##name, args, __builtin_return_address(0));                \
    }
SCA_PROVIDED_FUNCTIONS(EXPORTED, )

/* ---- trampolines ---------------------------------------------------------------------------- */

extern const char sca_trampolines[];

/* By the assembly. Returns what the real function left in RAX. */
uint64_t sca_trampoline_called(unsigned number, uint64_t args[SCA_MAX_ARGS], const void *caller,
                               const uint64_t *stack);

uint64_t sca_trampoline_called(unsigned number, uint64_t args[SCA_MAX_ARGS], const void *caller,
                               const uint64_t *stack)
{
    enum sca_fn fn = (enum sca_fn)(number % SCA_FN_PROVIDED);

    for (unsigned i = SCA_REGISTER_ARGS; i < SCA_MAX_ARGS; i++)
        args[i] = i < sca_functions[fn].arity ? stack[i - SCA_REGISTER_ARGS] : 0;
    return sca_call_bound(number / SCA_FN_PROVIDED, fn, args, caller);
}

void *sca_trampoline(unsigned slot, enum sca_fn fn)
{
    size_t number = (size_t)slot * SCA_FN_PROVIDED + (size_t)fn;

    return (void *)(uintptr_t)(sca_trampolines + (number << SCA_STUB_BITS));
}
